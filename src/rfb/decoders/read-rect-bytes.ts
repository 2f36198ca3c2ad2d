import type { ByteStream } from "../../bytes/byte-stream.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { rfbLimits } from "../limits.ts";

/** The next `count` bytes of a rectangle. Throws ProtocolError when they are more than any host sends at once. */
export async function readRectBytes(
  stream: ByteStream,
  count: number,
  encodingName: string,
): Promise<Uint8Array> {
  checkRectBytes(count, encodingName);
  return stream.take(count) ?? (await stream.read(count));
}

/** A u32 length, and as many bytes. */
export async function readSizedRectBytes(
  stream: ByteStream,
  encodingName: string,
): Promise<Uint8Array> {
  const header = stream.take(4) ?? (await stream.read(4));
  return readRectBytes(stream, new Cursor(header, "rectangle length").u32(), encodingName);
}

export function checkRectBytes(count: number, encodingName: string): void {
  if (count > rfbLimits.rectBytesMax) {
    throw new ProtocolError(
      `Cannot read ${encodingName} rectangle: ${count} bytes, wanted at most ${rfbLimits.rectBytesMax}`,
    );
  }
}
