/**
 * Zlib (encoding 6, rfbproto): u32 length, then a Raw rectangle in a zlib stream that lasts as long
 * as the connection.
 */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { RowInflater } from "./row-inflater.ts";
import { putRows } from "./put-rows.ts";
import { readDeflatedBytes } from "./read-rect-bytes.ts";

export class ZlibDecoder implements Decoder<Uint8Array> {
  #rows: RowInflater | null = null;

  readRect(stream: ByteReader, rect: Rect, room: ByteRoom): Promise<Uint8Array> {
    return readDeflatedBytes(stream, "Zlib", rect.width * rect.height * 4, room);
  }

  *decodeRect(payload: Uint8Array, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    this.#rows ??= new RowInflater("Zlib rectangle");
    yield* this.#rows.inflate(payload, rect, rect.width * 4, (bytes, row, rowCount) =>
      putRows(bytes, 0, rect, row, rowCount, framebuffer),
    );
  }

  close(): void {
    this.#rows?.close();
  }
}
