import type { ByteReader } from "../../bytes/byte-stream.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { rfbLimits } from "../limits.ts";
import type { ByteRoom } from "../update-room.ts";

/**
 * The next `count` bytes of a rectangle. Throws ProtocolError when they are more than any host
 * sends at once.
 */
export async function readRectBytes(
  stream: ByteReader,
  count: number,
  encodingName: string,
  room: ByteRoom,
): Promise<Uint8Array> {
  checkRectBytes(count, encodingName);
  room.take(count);
  return stream.take(count) ?? (await stream.read(count));
}

/**
 * A u32 length, and as many bytes of zlib data. `inflatedBytesMax`: what they can be inflated to.
 * Throws ProtocolError when they are more than zlib makes of so much.
 */
export async function readDeflatedBytes(
  stream: ByteReader,
  encodingName: string,
  inflatedBytesMax: number,
  room: ByteRoom,
): Promise<Uint8Array> {
  const header = stream.take(4) ?? (await stream.read(4));
  const count = new Cursor(header, "rectangle length").u32();
  checkDeflatedBytes(count, encodingName, inflatedBytesMax);
  return readRectBytes(stream, count, encodingName, room);
}

/**
 * zlib adds a thousandth to what it cannot make smaller, and some bytes each time that it is
 * flushed.
 */
export function checkDeflatedBytes(
  count: number,
  encodingName: string,
  inflatedBytesMax: number,
): void {
  const countMax = Math.ceil(inflatedBytesMax * 1.01) + 1024;
  if (count > countMax) {
    throw new ProtocolError(
      `Cannot read ${encodingName} rectangle: ${count} bytes of zlib data, wanted at most ${countMax} for its size`,
    );
  }
}

export function checkRectBytes(count: number, encodingName: string): void {
  if (count > rfbLimits.rectBytesMax) {
    throw new ProtocolError(
      `Cannot read ${encodingName} rectangle: ${count} bytes, wanted at most ${rfbLimits.rectBytesMax}`,
    );
  }
}
