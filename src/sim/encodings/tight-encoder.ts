import { encodePixels, type SimPixelFormat } from "./sim-pixel-format.ts";

const fillCompression = 0x80;
const basicCompressionStream0 = 0x00;

/**
 * Tight's rectangles are at most 2048 pixels wide; the height keeps the length below its 22 bits.
 */
export const tightRectSides = { width: 2048, height: 256 } as const;

/**
 * Tight with filled rectangles and unfiltered ones only. `data` is to be deflated if it has 12
 * bytes or more.
 */
export function encodeTight(
  pixels: Uint32Array,
  format: SimPixelFormat,
): { control: Uint8Array; data: Uint8Array } {
  const oneColour = pixels.every((pixel) => pixel === pixels[0]);
  const control = oneColour ? fillCompression : basicCompressionStream0;
  const data = encodeTightPixels(oneColour ? pixels.subarray(0, 1) : pixels, format);
  return { control: Uint8Array.of(control), data };
}

/** TPIXEL: red, green, blue when the format has 8 bits of each, else the pixel as it is. */
function encodeTightPixels(pixels: Uint32Array, format: SimPixelFormat): Uint8Array {
  const short =
    format.bytesPerPixel === 4 && format.depth === 24 && format.maxima.every((max) => max === 255);
  if (!short) return encodePixels(pixels, format);
  const bytes = new Uint8Array(pixels.length * 3);
  pixels.forEach((pixel, i) => {
    bytes[i * 3] = pixel >>> 16;
    bytes[i * 3 + 1] = pixel >>> 8;
    bytes[i * 3 + 2] = pixel;
  });
  return bytes;
}

/** Seven bits a byte, the least significant first, the top bit set where another byte follows. */
export function compactLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x4000) return Uint8Array.of((length & 0x7f) | 0x80, length >>> 7);
  return Uint8Array.of((length & 0x7f) | 0x80, ((length >>> 7) & 0x7f) | 0x80, length >>> 14);
}
