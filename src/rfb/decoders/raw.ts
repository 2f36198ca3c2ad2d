/** Raw, RFC 6143 section 7.7.1: width * height PIXELs, row by row. */
import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { Decoder } from "./decoder.ts";
import { checkRectBytes } from "./read-rect-bytes.ts";
import { bandPixelsMax } from "./row-bands.ts";

const bandBytesMax = bandPixelsMax * 4;

/** The payload stays in the pieces in which it came, since a whole screen is dear to copy. */
export class RawDecoder implements Decoder<Uint8Array[]> {
  async readRect(stream: ByteStream, rect: Rect): Promise<Uint8Array[]> {
    const count = rect.width * rect.height * 4;
    checkRectBytes(count, "Raw");
    return stream.readPieces(count);
  }

  payloadBytes(payload: Uint8Array[]): number {
    return payload.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** The bytes need not be aligned, as those of a socket seldom are, so they are copied as bytes. */
  *decodeRect(pieces: Uint8Array[], rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    const { buffer, byteOffset, byteLength } = framebuffer.pixels;
    const target = new Uint8Array(buffer, byteOffset, byteLength);
    const strideBytes = framebuffer.width * 4;
    // Whole rows of the screen are one run of bytes.
    const isWide = rect.width === framebuffer.width;
    const runBytes = rect.width * 4 * (isWide ? rect.height : 1);
    let start = rect.y * strideBytes + rect.x * 4;
    let painted = 0;
    let bandBytes = 0;
    for (const piece of pieces) {
      for (let offset = 0; offset < piece.length;) {
        const count = Math.min(runBytes - painted, piece.length - offset, bandBytesMax);
        target.set(piece.subarray(offset, offset + count), start + painted);
        offset += count;
        painted += count;
        bandBytes += count;
        if (painted === runBytes) {
          start += strideBytes;
          painted = 0;
        }
        if (bandBytes >= bandBytesMax) {
          bandBytes = 0;
          yield;
        }
      }
    }
    yield;
  }

  close(): void {}
}
