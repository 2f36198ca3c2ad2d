import { ByteWriter } from "../../bytes/byte-writer.ts";
import type { Rect } from "../../rfb/rect.ts";
import { compressedPixel, encodePixels, type SimPixelFormat } from "./sim-pixel-format.ts";
import { type Tile, tilesOf } from "./tiles.ts";

const tileSide = 64;
const packedColoursMax = 16;
const subencodingRaw = 0;
const subencodingSolid = 1;
const subencodingPlainRle = 128;

/**
 * The tiles of ZRLE (RFC 6143 section 7.7.6) before they are compressed: solid, packed, plain RLE
 * or raw.
 */
export function encodeZrleTiles(
  rect: Rect,
  pixels: Uint32Array,
  format: SimPixelFormat,
): Uint8Array {
  const writer = new ByteWriter(1024);
  for (const tile of tilesOf(rect, pixels, tileSide)) encodeTile(writer, tile, format);
  return writer.finish();
}

function encodeTile(writer: ByteWriter, tile: Tile, format: SimPixelFormat): void {
  const { colours, runs } = examine(tile.pixels);
  if (colours !== null && colours.size === 1) {
    writer.u8(subencodingSolid).bytes(encodeCpixels(tile.pixels.subarray(0, 1), format));
  } else if (colours !== null) {
    writer.u8(colours.size).bytes(encodeCpixels(Uint32Array.from(colours.keys()), format));
    encodePacked(writer, tile, colours);
  } else if (runs < tile.pixels.length / 2) {
    writer.u8(subencodingPlainRle);
    encodeRuns(writer, tile.pixels, format);
  } else {
    writer.u8(subencodingRaw).bytes(encodeCpixels(tile.pixels, format));
  }
}

/** Palette index by colour, null if there are too many to pack. */
function examine(pixels: Uint32Array): { colours: Map<number, number> | null; runs: number } {
  let colours: Map<number, number> | null = new Map();
  let runs = 0;
  for (let i = 0; i < pixels.length; i++) {
    if (i > 0 && pixels[i] === pixels[i - 1]) continue;
    runs++;
    if (colours === null || colours.has(pixels[i])) continue;
    if (colours.size === packedColoursMax) colours = null;
    else colours.set(pixels[i], colours.size);
  }
  return { colours, runs };
}

function encodePacked(writer: ByteWriter, tile: Tile, colours: Map<number, number>): void {
  const bits = colours.size === 2 ? 1 : colours.size <= 4 ? 2 : 4;
  for (let row = 0; row < tile.height; row++) {
    let byte = 0;
    let free = 8;
    for (let column = 0; column < tile.width; column++) {
      free -= bits;
      byte |= (colours.get(tile.pixels[row * tile.width + column]) ?? 0) << free;
      if (free > 0 && column < tile.width - 1) continue;
      writer.u8(byte);
      byte = 0;
      free = 8;
    }
  }
}

function encodeRuns(writer: ByteWriter, pixels: Uint32Array, format: SimPixelFormat): void {
  const starts: number[] = [];
  pixels.forEach((pixel, i) => {
    if (i === 0 || pixel !== pixels[i - 1]) starts.push(i);
  });
  const colours = encodeCpixels(
    Uint32Array.from(starts, (start) => pixels[start]),
    format,
  );
  const { bytes } = compressedPixel(format);
  starts.forEach((start, run) => {
    writer.bytes(colours.subarray(run * bytes, (run + 1) * bytes));
    let rest = (starts[run + 1] ?? pixels.length) - start - 1;
    for (; rest >= 255; rest -= 255) writer.u8(255);
    writer.u8(rest);
  });
}

function encodeCpixels(pixels: Uint32Array, format: SimPixelFormat): Uint8Array {
  const whole = encodePixels(pixels, format);
  const { offset, bytes } = compressedPixel(format);
  if (bytes === format.bytesPerPixel) return whole;
  const short = new Uint8Array(pixels.length * bytes);
  for (let i = 0, from = offset; i < short.length; i += 3, from += 4) {
    short[i] = whole[from];
    short[i + 1] = whole[from + 1];
    short[i + 2] = whole[from + 2];
  }
  return short;
}
