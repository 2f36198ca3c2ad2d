/**
 * What Tight does to pixels before it compresses them: each filter knows its row and paints rows of
 * it.
 */
import { ProtocolError } from "../../bytes/errors.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import { decodeTightPixel } from "./pixel.ts";

export interface TightFilter {
  rowBytes(width: number): number;
  /**
   * Paints `rowCount` rows from the start of `bytes`, the first being the rectangle's row number
   * `row`.
   */
  paintRows(
    bytes: Uint8Array,
    rect: Rect,
    row: number,
    rowCount: number,
    framebuffer: Framebuffer,
  ): void;
}

/** TPIXELs as they are. */
export const copyFilter: TightFilter = {
  rowBytes: (width) => width * 3,
  paintRows(bytes, rect, row, rowCount, { pixels, width: stride }) {
    let offset = 0;
    let start = (rect.y + row) * stride + rect.x;
    for (let i = 0; i < rowCount; i++, start += stride) {
      for (let at = start; at < start + rect.width; at++, offset += 3) {
        pixels[at] = decodeTightPixel(bytes, offset);
      }
    }
  },
};

/**
 * Each of red, green and blue as the difference to left + above - upper left, that sum brought into
 * 0 to 255. Outside of the rectangle everything is 0. The row above is in the framebuffer already.
 */
export const gradientFilter: TightFilter = {
  rowBytes: (width) => width * 3,
  paintRows(bytes, rect, row, rowCount, { pixels, width: stride }) {
    let offset = 0;
    let start = (rect.y + row) * stride + rect.x;
    for (let i = 0; i < rowCount; i++, start += stride) {
      const topRow = row + i === 0;
      let left = 0;
      let aboveLeft = 0;
      for (let at = start; at < start + rect.width; at++, offset += 3) {
        const above = topRow ? 0 : pixels[at - stride];
        const red = predict(left, above, aboveLeft, 16) + bytes[offset];
        const green = predict(left, above, aboveLeft, 8) + bytes[offset + 1];
        const blue = predict(left, above, aboveLeft, 0) + bytes[offset + 2];
        left = ((red & 255) << 16) | ((green & 255) << 8) | (blue & 255);
        aboveLeft = above;
        pixels[at] = left;
      }
    }
  },
};

function predict(left: number, above: number, aboveLeft: number, shift: number): number {
  const sum = ((left >> shift) & 255) + ((above >> shift) & 255) - ((aboveLeft >> shift) & 255);
  return sum < 0 ? 0 : sum > 255 ? 255 : sum;
}

/**
 * One bit a pixel for two colours, the first pixel in the highest bit, each row from a new byte;
 * else one byte.
 */
export function paletteFilter(palette: Uint32Array): TightFilter {
  return palette.length === 2 ? bitmapFilter(palette) : indexFilter(palette);
}

function bitmapFilter(palette: Uint32Array): TightFilter {
  return {
    rowBytes: (width) => Math.ceil(width / 8),
    paintRows(bytes, rect, row, rowCount, { pixels, width: stride }) {
      let offset = 0;
      let start = (rect.y + row) * stride + rect.x;
      for (let i = 0; i < rowCount; i++, start += stride) {
        let byte = 0;
        for (let column = 0; column < rect.width; column++) {
          if ((column & 7) === 0) byte = bytes[offset++];
          pixels[start + column] = palette[(byte >> (7 - (column & 7))) & 1];
        }
      }
    },
  };
}

function indexFilter(palette: Uint32Array): TightFilter {
  return {
    rowBytes: (width) => width,
    paintRows(bytes, rect, row, rowCount, { pixels, width: stride }) {
      let offset = 0;
      let start = (rect.y + row) * stride + rect.x;
      for (let i = 0; i < rowCount; i++, start += stride) {
        for (let at = start; at < start + rect.width; at++) {
          const index = bytes[offset++];
          if (index >= palette.length) {
            throw new ProtocolError(
              `Cannot decode Tight rectangle: palette index ${index}, wanted below ${palette.length}`,
            );
          }
          pixels[at] = palette[index];
        }
      }
    },
  };
}
