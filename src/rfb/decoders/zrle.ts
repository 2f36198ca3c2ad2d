/**
 * ZRLE, RFC 6143 section 7.7.6: u32 length, then tiles in a zlib stream that lasts as long as the
 * connection.
 */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { InflateStream } from "../../bytes/inflate.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { readDeflatedBytes } from "./read-rect-bytes.ts";
import {
  paintZrleTile,
  tileBytesMax,
  tilesBytesMax,
  tileSide,
  type TileArea,
} from "./zrle-tile.ts";

/**
 * Inflated bytes that wait for painting: a few tiles at least, and small enough for the processor's
 * cache.
 */
const windowBytes = 64 * 1024;

export class ZrleDecoder implements Decoder<Uint8Array> {
  #tiles: TileWindow | null = null;

  readRect(stream: ByteReader, rect: Rect, room: ByteRoom): Promise<Uint8Array> {
    return readDeflatedBytes(stream, "ZRLE", tilesBytesMax(rect), room);
  }

  *decodeRect(payload: Uint8Array, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    this.#tiles ??= new TileWindow();
    const tiles = this.#tiles;
    const { pixels, width: stride } = framebuffer;
    const area: TileArea = { pixels, stride, start: 0, width: 0, height: 0 };
    tiles.start(payload);
    for (let y = 0; y < rect.height; y += tileSide) {
      area.height = Math.min(tileSide, rect.height - y);
      for (let x = 0; x < rect.width; x += tileSide) {
        area.width = Math.min(tileSide, rect.width - x);
        area.start = (rect.y + y) * stride + rect.x + x;
        if (tiles.runsOut) yield* tiles.fill();
        tiles.paintNext(area);
        yield;
      }
    }
    yield* tiles.finish();
  }

  close(): void {
    this.#tiles?.close();
  }
}

/** A window on the inflated tiles, so that no rectangle is ever inflated whole. */
class TileWindow {
  readonly #inflate = new InflateStream("ZRLE rectangle");
  readonly #bytes = new Uint8Array(windowBytes + tileBytesMax);
  #offset = 0;
  #end = 0;
  #inflated = false;

  start(compressed: Uint8Array): void {
    this.#inflate.start(compressed);
    this.#offset = 0;
    this.#end = 0;
    this.#inflated = false;
  }

  /** Whether the next tile may not be there as a whole. */
  get runsOut(): boolean {
    return this.#end - this.#offset < tileBytesMax && !this.#inflated;
  }

  paintNext(area: TileArea): void {
    this.#offset = paintZrleTile(this.#bytes, this.#offset, area);
    if (this.#offset > this.#end) {
      throw new ProtocolError(
        `Cannot decode ZRLE tile: data ended ${this.#offset - this.#end} bytes early`,
      );
    }
  }

  *finish(): Generator<void, void> {
    if (this.#offset < this.#end) {
      throw new ProtocolError(
        `Cannot decode ZRLE rectangle: ${this.#end - this.#offset} bytes left behind the last tile`,
      );
    }
    yield* this.#inflate.finish();
  }

  close(): void {
    this.#inflate.close();
  }

  *fill(): Generator<void, void> {
    this.#bytes.copyWithin(0, this.#offset, this.#end);
    this.#end -= this.#offset;
    this.#offset = 0;
    const room = windowBytes - this.#end;
    const count = yield* this.#inflate.inflateSome(this.#bytes, this.#end, room);
    this.#end += count;
    this.#inflated = count < room;
    if (this.#inflated) this.#bytes.fill(0, this.#end, this.#end + tileBytesMax);
  }
}
