/** The messages of a client (RFC 6143, section 7.5). */
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { Rect } from "./rect.ts";

/**
 * SetPixelFormat: 32 bits per pixel, depth 24, little-endian, red at bit 16, green at 8, blue at 0,
 * so in memory B, G, R, unused. It is the format of x11vnc and UltraVNC themselves, which spares
 * them the conversion.
 */
export function encodeSetPixelFormat(): Uint8Array {
  return new ByteWriter(20)
    .bytes(Uint8Array.of(0, 0, 0, 0, 32, 24, 0, 1))
    .u16(255)
    .u16(255)
    .u16(255)
    .bytes(Uint8Array.of(16, 8, 0, 0, 0, 0))
    .finish();
}

export function encodeSetEncodings(encodings: readonly number[]): Uint8Array {
  const writer = new ByteWriter(4 + 4 * encodings.length).u8(2).u8(0).u16(encodings.length);
  for (const encoding of encodings) writer.i32(encoding);
  return writer.finish();
}

/** `incremental`: only what has changed since the last update that the server sent. */
export function encodeFramebufferUpdateRequest(incremental: boolean, area: Rect): Uint8Array {
  return new ByteWriter(10)
    .u8(3)
    .u8(incremental ? 1 : 0)
    .u16(area.x)
    .u16(area.y)
    .u16(area.width)
    .u16(area.height)
    .finish();
}

/** `keysym`: of X11. */
export function encodeKeyEvent(keysym: number, isDown: boolean): Uint8Array {
  return new ByteWriter(8)
    .u8(4)
    .u8(isDown ? 1 : 0)
    .u16(0)
    .u32(keysym)
    .finish();
}

/** `buttonMask`: bit 0 for the left button, 1 middle, 2 right, 3 to 6 for turns of the wheel. */
export function encodePointerEvent(x: number, y: number, buttonMask: number): Uint8Array {
  return new ByteWriter(6).u8(5).u8(buttonMask).u16(x).u16(y).finish();
}
