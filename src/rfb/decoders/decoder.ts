import type { ByteReader } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";

/**
 * One encoding in two halves, so that a picture never shows half an update: `readRect` awaits the
 * rectangle's bytes while the old picture stays as it is; `decodeRect` paints them and never waits
 * for the host.
 */
export interface Decoder<Payload> {
  /**
   * The complete payload of one rectangle; `room` is asked before bytes are read that it holds.
   * Throws ProtocolError on what the encoding does not allow.
   */
  readRect(stream: ByteReader, rect: Rect, room: ByteRoom): Promise<Payload>;
  /**
   * Paints the payload into `rect`, which lies inside the framebuffer. Yields every few thousand
   * pixels: a place where the caller may let others run. The caller calls
   * `framebuffer.touch(rect)`.
   */
  decodeRect(payload: Payload, rect: Rect, framebuffer: Framebuffer): Generator<void, void>;
  /** Frees what the decoder holds; it is not used afterwards. */
  close(): void;
}
