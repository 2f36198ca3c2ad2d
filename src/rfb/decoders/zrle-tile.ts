/**
 * One tile of ZRLE (RFC 6143, section 7.7.6), 64x64 pixels or smaller. Its first byte says how it
 * is packed:
 *
 *     0        raw: width * height CPIXELs
 *     1        one CPIXEL for all
 *     2-16     a palette of so many CPIXELs, then indices of 1, 2 or 4 bits; each row begins with
 *              a new byte
 *     128      runs: CPIXEL, length
 *     130-255  a palette of 2-127 CPIXELs, then index (one pixel), or 128 + index, length
 *
 * A length is one more than the sum of its bytes, of which all but the last are 255.
 */
import { ProtocolError } from "../../bytes/errors.ts";
import type { Size } from "../size.ts";
import { fillBlock } from "./fill-block.ts";
import { decodePixel } from "./pixel.ts";

export const tileSide = 64;

/** The longest tile: runs of one pixel each, behind the first byte. */
export const tileBytesMax = 1 + tileSide * tileSide * 4;

/** The longest that all tiles of a rectangle can be together. */
export function tilesBytesMax({ width, height }: Size): number {
  const tiles = Math.ceil(width / tileSide) * Math.ceil(height / tileSide);
  return tiles + width * height * 4;
}

/** Where in the framebuffer a tile goes. */
export interface TileArea {
  readonly pixels: Uint32Array;
  /** Index of the first pixel. */
  start: number;
  /** Distance of a pixel to the one below. */
  readonly stride: number;
  width: number;
  height: number;
}

const palette = new Uint32Array(128);

/**
 * Paints the tile at `offset` and gives the offset behind it. `bytes` must go on for `tileBytesMax`
 * bytes, with zeros after the end of the data; the caller sees by the result whether the tile was
 * cut short.
 */
export function paintZrleTile(bytes: Uint8Array, offset: number, area: TileArea): number {
  const subencoding = bytes[offset++];
  if (subencoding === 0) return paintRaw(bytes, offset, area);
  if (subencoding === 1) return paintSolid(bytes, offset, area);
  if (subencoding <= 16) {
    offset = decodePalette(bytes, offset, subencoding);
    return paintPacked(bytes, offset, area, subencoding);
  }
  if (subencoding === 128) return paintRuns(bytes, offset, area, 0);
  if (subencoding >= 130) {
    offset = decodePalette(bytes, offset, subencoding - 128);
    return paintRuns(bytes, offset, area, subencoding - 128);
  }
  throw new ProtocolError(
    `Cannot decode ZRLE tile: subencoding ${subencoding}, wanted 0-16, 128 or 130-255`,
  );
}

function paintRaw(bytes: Uint8Array, offset: number, area: TileArea): number {
  const { pixels, stride, width, height } = area;
  let start = area.start;
  for (let row = 0; row < height; row++, start += stride) {
    for (let at = start; at < start + width; at++, offset += 3) {
      pixels[at] = decodePixel(bytes, offset);
    }
  }
  return offset;
}

function paintSolid(bytes: Uint8Array, offset: number, area: TileArea): number {
  const { pixels, start, stride, width, height } = area;
  fillBlock(pixels, start, stride, width, height, decodePixel(bytes, offset));
  return offset + 3;
}

function decodePalette(bytes: Uint8Array, offset: number, size: number): number {
  for (let index = 0; index < size; index++, offset += 3) {
    palette[index] = decodePixel(bytes, offset);
  }
  return offset;
}

function paintPacked(bytes: Uint8Array, offset: number, area: TileArea, size: number): number {
  const { pixels, stride, width, height } = area;
  const bits = size === 2 ? 1 : size <= 4 ? 2 : 4;
  const mask = (1 << bits) - 1;
  let start = area.start;
  for (let row = 0; row < height; row++, start += stride) {
    let shift = 0;
    let byte = 0;
    for (let at = start; at < start + width; at++) {
      if (shift === 0) {
        byte = bytes[offset++];
        shift = 8;
      }
      shift -= bits;
      const index = (byte >> shift) & mask;
      if (index >= size) throw paletteError(index, size);
      pixels[at] = palette[index];
    }
  }
  return offset;
}

/** Runs of pixels, row after row. `paletteSize` 0: each run begins with its CPIXEL. */
function paintRuns(
  bytes: Uint8Array,
  offset: number,
  { pixels, start, stride, width, height }: TileArea,
  paletteSize: number,
): number {
  let pixelsLeft = width * height;
  let at = start;
  let rowEnd = start + width;
  while (pixelsLeft > 0) {
    let pixel: number;
    let single = false;
    if (paletteSize === 0) {
      pixel = decodePixel(bytes, offset);
      offset += 3;
    } else {
      const code = bytes[offset++];
      const index = code & 127;
      if (index >= paletteSize) throw paletteError(index, paletteSize);
      pixel = palette[index];
      single = code < 128;
    }
    let length = 1;
    if (!single) {
      let byte: number;
      do {
        byte = bytes[offset++];
        length += byte;
      } while (byte === 255 && length <= pixelsLeft);
    }
    if (length > pixelsLeft) throw runError(length, pixelsLeft);
    pixelsLeft -= length;
    while (length > 0) {
      const end = Math.min(at + length, rowEnd);
      length -= end - at;
      while (at < end) pixels[at++] = pixel;
      if (at === rowEnd) {
        rowEnd += stride;
        at = rowEnd - width;
      }
    }
  }
  return offset;
}

function paletteError(index: number, size: number): ProtocolError {
  return new ProtocolError(`Cannot decode ZRLE tile: palette index ${index}, wanted below ${size}`);
}

function runError(length: number, pixelsLeft: number): ProtocolError {
  return new ProtocolError(
    `Cannot decode ZRLE tile: run of ${length} or more pixels, wanted at most ${pixelsLeft}`,
  );
}
