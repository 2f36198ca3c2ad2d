/** Raw, RFC 6143 section 7.7.1: width * height PIXELs, row by row. */
import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { Decoder } from "./decoder.ts";
import { putRows } from "./put-rows.ts";
import { readRectBytes } from "./read-rect-bytes.ts";
import { rowsPerBand } from "./row-bands.ts";

export class RawDecoder implements Decoder<Uint8Array> {
  readRect(stream: ByteStream, rect: Rect): Promise<Uint8Array> {
    return readRectBytes(stream, rect.width * rect.height * 4, "Raw");
  }

  payloadBytes(payload: Uint8Array): number {
    return payload.length;
  }

  *decodeRect(payload: Uint8Array, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    const bandRows = rowsPerBand(rect.width);
    for (let row = 0; row < rect.height; row += bandRows) {
      const rowCount = Math.min(bandRows, rect.height - row);
      putRows(payload, row * rect.width * 4, rect, row, rowCount, framebuffer);
      yield;
    }
  }

  close(): void {}
}
