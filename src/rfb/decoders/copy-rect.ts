/** CopyRect, RFC 6143 section 7.7.2: u16 x, u16 y of where the same pixels already are. */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { Decoder } from "./decoder.ts";
import { rowsPerBand } from "./row-bands.ts";

export interface CopySource {
  readonly x: number;
  readonly y: number;
}

export class CopyRectDecoder implements Decoder<CopySource> {
  async readRect(stream: ByteReader): Promise<CopySource> {
    const cursor = new Cursor(stream.take(4) ?? (await stream.read(4)), "CopyRect source");
    return { x: cursor.u16(), y: cursor.u16() };
  }

  *decodeRect(source: CopySource, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    const { width, height } = rect;
    if (source.x + width > framebuffer.width || source.y + height > framebuffer.height) {
      throw new ProtocolError(
        `Cannot copy rectangle: source ${width}x${height} at ${source.x},${source.y}, wanted inside ${framebuffer.width}x${framebuffer.height}`,
      );
    }
    // What is moved down is copied from the bottom up, so that no row is overwritten before it has
    // been copied.
    const bottomUp = source.y < rect.y;
    const bandRows = rowsPerBand(width);
    for (let done = 0; done < height; done += bandRows) {
      const rowCount = Math.min(bandRows, height - done);
      const row = bottomUp ? height - done - rowCount : done;
      framebuffer.copy(
        { x: rect.x, y: rect.y + row, width, height: rowCount },
        { x: source.x, y: source.y + row },
      );
      yield;
    }
  }

  close(): void {}
}
