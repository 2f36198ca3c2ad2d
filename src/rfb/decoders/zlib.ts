/** Zlib (encoding 6, rfbproto): u32 length, then a Raw rectangle in a zlib stream that lasts as long as the connection. */
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { InflateStream } from "../../bytes/inflate.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { Decoder } from "./decoder.ts";
import { inflateRows } from "./inflate-rows.ts";
import { putRows } from "./put-rows.ts";
import { readSizedRectBytes } from "./read-rect-bytes.ts";

export class ZlibDecoder implements Decoder<Uint8Array> {
  #inflate: InflateStream | null = null;

  readRect(stream: ByteStream): Promise<Uint8Array> {
    return readSizedRectBytes(stream, "Zlib");
  }

  payloadBytes(payload: Uint8Array): number {
    return payload.length;
  }

  *decodeRect(payload: Uint8Array, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    this.#inflate ??= new InflateStream("Zlib rectangle");
    yield* inflateRows(this.#inflate, payload, rect, rect.width * 4, (bytes, row, rowCount) =>
      putRows(bytes, 0, rect, row, rowCount, framebuffer),
    );
  }

  close(): void {
    this.#inflate?.close();
  }
}
