/**
 * Tight without loss (encoding 7, rfbproto; rfb/decoders/tight.ts has the format). Each rectangle
 * begins zlib stream 0 anew, so that its bytes are the same for all viewers.
 */
import { constants, deflateRawSync } from "node:zlib";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { PixelRows } from "../image/strips/pixel-strip.ts";
import type { PixelFormat } from "./pixel-format.ts";

const control = { resetStream0: 1, basic: 0x00, basicWithFilter: 0x40, fill: 0x80 } as const;
const paletteFilter = 1;

/** Filtered pixels of fewer bytes are not compressed. */
const compressedBytesMin = 12;

/** Deflate with a window of 32 KB, fastest (RFC 1950, 2.2). */
const zlibHeader = Uint8Array.of(0x78, 0x01);

const coloursMax = 256;

/** Every so manieth pixel is looked at first, which tells a photo in no time. */
const sampleStep = 17;

interface Indexed {
  /** 0x00RRGGBB, in the order in which they were found. */
  readonly palette: readonly number[];
  /** For each pixel the place of its colour in the palette. */
  readonly indices: Uint8Array;
}

/** Null for pixels of over 256 colours. */
export function encodeFewColours(
  pixels: PixelRows,
  format: PixelFormat,
  zlibLevel: number,
): Uint8Array | null {
  const indexed = indexColours(pixels);
  if (indexed === null) return null;
  const { palette, indices } = indexed;
  const colours = format.encodeColours(palette);
  if (palette.length === 1) return new ByteWriter().u8(control.fill).bytes(colours).finish();
  const filtered = palette.length === 2 ? packBits(indices, pixels.width) : indices;
  const head = new ByteWriter(filtered.length)
    .u8(control.basicWithFilter | control.resetStream0)
    .u8(paletteFilter)
    .u8(palette.length - 1)
    .bytes(colours);
  return putData(head, filtered, zlibLevel).finish();
}

/** Of any colours. */
export function encodeManyColours(
  pixels: PixelRows,
  format: PixelFormat,
  zlibLevel: number,
): Uint8Array {
  const filtered = format.encodeTight(pixels);
  const head = new ByteWriter(filtered.length).u8(control.basic | control.resetStream0);
  return putData(head, filtered, zlibLevel).finish();
}

function putData(writer: ByteWriter, filtered: Uint8Array, zlibLevel: number): ByteWriter {
  if (filtered.length < compressedBytesMin) return writer.bytes(filtered);
  const deflated = deflateRawSync(filtered, {
    level: zlibLevel,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  putLength(writer, zlibHeader.length + deflated.length);
  return writer.bytes(zlibHeader).bytes(deflated);
}

/** 7, 7 and 8 bits, the lowest first; the top bit of the first two says that more follow. */
export function putLength(writer: ByteWriter, length: number): ByteWriter {
  if (length < 1 << 7) return writer.u8(length);
  writer.u8((length & 127) | 128);
  if (length < 1 << 14) return writer.u8(length >> 7);
  return writer.u8(((length >> 7) & 127) | 128).u8(length >> 14);
}

/** Null when there are too many. */
function indexColours(pixels: PixelRows): Indexed | null {
  if (hasManyInSample(pixels)) return null;
  const { width, rows, words, start, stride } = pixels;
  const places = new Map<number, number>();
  const indices = new Uint8Array(width * rows);
  let colour = -1;
  let place = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    const first = start + row * stride;
    for (let i = first; i < first + width; i++) {
      const found = words[i] & 0xffffff;
      if (found !== colour) {
        colour = found;
        const known = places.get(found);
        if (known === undefined) {
          if (places.size === coloursMax) return null;
          places.set(found, places.size);
        }
        place = known ?? places.size - 1;
      }
      indices[at++] = place;
    }
  }
  return { palette: [...places.keys()], indices };
}

function hasManyInSample({ width, rows, words, start, stride }: PixelRows): boolean {
  const colours = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const first = start + row * stride;
    // Each row at other columns.
    for (let i = first + (row % sampleStep); i < first + width; i += sampleStep) {
      colours.add(words[i] & 0xffffff);
    }
    if (colours.size > coloursMax) return true;
  }
  return false;
}

/** A bit a pixel, the first one highest, each row from a new byte. */
function packBits(indices: Uint8Array, width: number): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  const bits = new Uint8Array(rowBytes * (indices.length / width));
  for (let i = 0, row = 0; i < indices.length; i += width, row += rowBytes) {
    for (let x = 0; x < width; x++) bits[row + (x >> 3)] |= indices[i + x] << (7 - (x & 7));
  }
  return bits;
}
