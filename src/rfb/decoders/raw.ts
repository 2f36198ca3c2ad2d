/** Raw, RFC 6143 section 7.7.1: width * height PIXELs, row by row. */
import type { BufferPool } from "../../bytes/buffer-pool.ts";
import type { ByteReader } from "../../bytes/byte-stream.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { checkRectBytes } from "./read-rect-bytes.ts";
import { rowsPerBand } from "./row-bands.ts";

/** Smaller rectangles are left to the garbage collector. */
const pooledBytesMin = 64 * 1024;

/** The bytes of a rectangle wait in memory of the pool until they are painted. */
export class RawDecoder implements Decoder<Uint32Array<ArrayBuffer>> {
  constructor(private readonly pool: BufferPool) {}

  async readRect(
    stream: ByteReader,
    rect: Rect,
    room: ByteRoom,
  ): Promise<Uint32Array<ArrayBuffer>> {
    const pixelCount = rect.width * rect.height;
    const count = pixelCount * 4;
    checkRectBytes(count, "Raw");
    room.take(count);
    const buffer = count < pooledBytesMin ? new ArrayBuffer(count) : this.pool.take(count);
    await stream.readInto(new Uint8Array(buffer, 0, count));
    return new Uint32Array(buffer, 0, pixelCount);
  }

  *decodeRect(
    pixels: Uint32Array<ArrayBuffer>,
    rect: Rect,
    framebuffer: Framebuffer,
  ): Generator<void, void> {
    const { x, y, width, height } = rect;
    const bandRows = rowsPerBand(width);
    for (let row = 0; row < height; row += bandRows) {
      const band = { x, y: y + row, width, height: Math.min(bandRows, height - row) };
      framebuffer.put(band, pixels.subarray(row * width));
      yield;
    }
    if (pixels.byteLength >= pooledBytesMin) this.pool.give(pixels.buffer);
  }

  close(): void {}
}
