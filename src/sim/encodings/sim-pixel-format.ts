import type { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";

/** PIXEL_FORMAT of RFC 6143 section 7.4, true colour only. */
export interface SimPixelFormat {
  readonly bytesPerPixel: number;
  readonly depth: number;
  readonly bigEndian: boolean;
  readonly maxima: readonly [number, number, number];
  readonly shifts: readonly [number, number, number];
}

/** As x11vnc announces it, the true-colour flag ff included. */
export const nativePixelFormatBytes = Uint8Array.fromHex("201800ff00ff00ff00ff100800000000");

export const nativePixelFormat: SimPixelFormat = {
  bytesPerPixel: 4,
  depth: 24,
  bigEndian: false,
  maxima: [255, 255, 255],
  shifts: [16, 8, 0],
};

export function decodePixelFormat(cursor: Cursor): SimPixelFormat {
  const bitsPerPixel = cursor.u8();
  if (![8, 16, 32].includes(bitsPerPixel)) {
    throw new ProtocolError(`Cannot decode pixel format: ${bitsPerPixel} bits, wanted 8, 16 or 32`);
  }
  const depth = cursor.u8();
  const bigEndian = cursor.u8() !== 0;
  cursor.skip(1);
  const maxima = [cursor.u16(), cursor.u16(), cursor.u16()] as const;
  const shifts = [cursor.u8(), cursor.u8(), cursor.u8()] as const;
  return { bytesPerPixel: bitsPerPixel / 8, depth, bigEndian, maxima, shifts };
}

/** A pixel as ZRLE shortens it: which bytes of PIXEL are left (RFC 6143 section 7.7.5). */
export function compressedPixel(format: SimPixelFormat): { offset: number; bytes: number } {
  const whole = { offset: 0, bytes: format.bytesPerPixel };
  if (format.bytesPerPixel !== 4 || format.depth > 24) return whole;
  const used = wireValue(format, 0xffffff);
  if (used <= 0xffffff) return { offset: format.bigEndian ? 1 : 0, bytes: 3 };
  if ((used & 0xff) === 0) return { offset: format.bigEndian ? 0 : 1, bytes: 3 };
  return whole;
}

/** Pixels 0x00RRGGBB as they go on the wire. */
export function encodePixels(pixels: Uint32Array, format: SimPixelFormat): Uint8Array {
  if (isNative(format)) return new Uint8Array(pixels.slice().buffer);
  const { bytesPerPixel, bigEndian } = format;
  const bytes = new Uint8Array(pixels.length * bytesPerPixel);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const value = wireValue(format, pixels[i]);
    if (bytesPerPixel === 4) view.setUint32(i * 4, value, !bigEndian);
    else if (bytesPerPixel === 2) view.setUint16(i * 2, value, !bigEndian);
    else view.setUint8(i, value);
  }
  return bytes;
}

/** Whether a pixel in our memory already looks as it does on the wire. */
function isNative({ bytesPerPixel, bigEndian, maxima, shifts }: SimPixelFormat): boolean {
  return (
    bytesPerPixel === 4 &&
    !bigEndian &&
    maxima.every((max, i) => max === 255 && shifts[i] === nativePixelFormat.shifts[i])
  );
}

function wireValue({ maxima, shifts }: SimPixelFormat, pixel: number): number {
  const red = Math.round((((pixel >>> 16) & 255) * maxima[0]) / 255);
  const green = Math.round((((pixel >>> 8) & 255) * maxima[1]) / 255);
  const blue = Math.round(((pixel & 255) * maxima[2]) / 255);
  return ((red << shifts[0]) | (green << shifts[1]) | (blue << shifts[2])) >>> 0;
}
