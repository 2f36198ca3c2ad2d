/** FramebufferUpdates put together by hand. */
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";

export interface RectBytes {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly encoding: number;
  /** Hexadecimal. */
  readonly payload?: string;
}

/**
 * What follows the message type. `count`: what the header says, the number of rectangles unless
 * given.
 */
export function updateBody(rects: readonly RectBytes[], count = rects.length): Uint8Array {
  const writer = new ByteWriter().u8(0).u16(count);
  for (const { x = 0, y = 0, width = 0, height = 0, encoding, payload = "" } of rects) {
    writer.u16(x).u16(y).u16(width).u16(height).i32(encoding).bytes(Uint8Array.fromHex(payload));
  }
  return writer.finish();
}

/** The whole message. */
export function update(...rects: RectBytes[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(0), updateBody(rects)]);
}

/** Raw pixels of one colour, 0xRRGGBB. */
export function raw(
  x: number,
  y: number,
  width: number,
  height: number,
  colour: number,
): RectBytes {
  const pixel = new ByteWriter().u32(colour).finish().toReversed().toHex();
  const payload = pixel.repeat(width * height);
  return { x, y, width, height, encoding: Encoding.Raw, payload };
}

export const lastRect: RectBytes = { encoding: Encoding.LastRect };

export function desktopSize(width: number, height: number): RectBytes {
  return { width, height, encoding: Encoding.DesktopSize };
}
