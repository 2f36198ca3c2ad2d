import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";

/**
 * One encoding in two halves, so that a picture never shows half an update: `readRect` awaits the rectangle's bytes
 * while the old picture stays as it is; `decodeRect` paints them and never waits for the host.
 */
export interface Decoder<Payload> {
  /** The complete payload of one rectangle. Throws ProtocolError on what the encoding does not allow. */
  readRect(stream: ByteStream, rect: Rect): Promise<Payload>;
  /** Bytes that the payload holds until it is painted, for the limit of an update. */
  payloadBytes(payload: Payload): number;
  /**
   * Paints the payload into `rect`, which lies inside the framebuffer. Yields every few thousand pixels: a place
   * where the caller may let others run. The caller calls `framebuffer.touch(rect)`.
   */
  decodeRect(payload: Payload, rect: Rect, framebuffer: Framebuffer): Generator<void, void>;
  /** Frees what the decoder holds; it is not used afterwards. */
  close(): void;
}
