/**
 * PNG scanlines (PNG specification, sections 7 and 9): a filter type, then R, G, B of each pixel.
 * Text and flat areas deflate best unfiltered, photos as differences to the row above, so that is
 * decided for each row. The first row of a strip uses nothing from above it: strips must not depend
 * on each other.
 */
import { headerWords, type PixelStrip } from "../strips/pixel-strip.ts";

const filterNone = 0;
const filterSub = 1;
const filterUp = 2;

/** Every how many pixels a row is sampled to find out what it shows. */
const sampleStep = 8;
/** Share of samples unlike their left neighbour from which on a row is filtered. */
const noisyShare = 1 / 3;

/**
 * Writes the scanlines of a strip. Returns the share of pixels that are unlike their left
 * neighbour, 0 to 1: little in text, nearly all in a photo.
 */
export function putPngRows(strip: PixelStrip, bytes: Uint8Array): number {
  const { width, rows, words } = strip;
  const samples = Math.floor((width - 1) / sampleStep);
  let noisySamples = 0;
  for (let row = 0; row < rows; row++) {
    const start = headerWords + row * width;
    const end = start + width;
    const out = row * (1 + 3 * width);
    const noisy = countNoisySamples(words, start, end);
    noisySamples += noisy;
    if (noisy <= samples * noisyShare) putRow(words, start, end, bytes, out);
    else if (row === 0) putRowMinusLeft(words, start, end, bytes, out);
    else putRowMinusAbove(words, start, end, bytes, out);
  }
  return samples === 0 ? 0 : noisySamples / (samples * rows);
}

/** Bytes of as many scanlines. */
export function pngRowsBytes(width: number, rows: number): number {
  return (1 + 3 * width) * rows;
}

function countNoisySamples(words: Int32Array, start: number, end: number): number {
  let count = 0;
  for (let i = start + sampleStep; i < end; i += sampleStep) {
    if (((words[i] ^ words[i - 1]) & 0xffffff) !== 0) count++;
  }
  return count;
}

function putRow(
  words: Int32Array,
  start: number,
  end: number,
  bytes: Uint8Array,
  out: number,
): void {
  bytes[out++] = filterNone;
  for (let i = start; i < end; i++, out += 3) putPixel(words[i], bytes, out);
}

function putRowMinusLeft(
  words: Int32Array,
  start: number,
  end: number,
  bytes: Uint8Array,
  out: number,
): void {
  bytes[out++] = filterSub;
  for (let i = start, left = 0; i < end; i++, out += 3) {
    const pixel = words[i];
    putPixel(difference(pixel, left), bytes, out);
    left = pixel;
  }
}

function putRowMinusAbove(
  words: Int32Array,
  start: number,
  end: number,
  bytes: Uint8Array,
  out: number,
): void {
  const width = end - start;
  bytes[out++] = filterUp;
  for (let i = start; i < end; i++, out += 3) {
    putPixel(difference(words[i], words[i - width]), bytes, out);
  }
}

/**
 * Subtracts R, G and B each by itself: the bit set above each of them is there to be borrowed from.
 */
function difference(a: number, b: number): number {
  const redBlue = ((a & 0xff00ff) | 0x1000100) - (b & 0xff00ff);
  const green = ((a & 0xff00) | 0x10000) - (b & 0xff00);
  return (redBlue & 0xff00ff) | (green & 0xff00);
}

function putPixel(pixel: number, bytes: Uint8Array, out: number): void {
  bytes[out] = pixel >>> 16;
  bytes[out + 1] = pixel >>> 8;
  bytes[out + 2] = pixel;
}
