/**
 * Hextile, RFC 6143 section 7.7.4: tiles of 16x16 pixels, smaller at the right and bottom edge.
 * Each begins with a byte of flags:
 *
 *     1   Raw: width * height PIXELs follow, the other flags mean nothing
 *     2   BackgroundSpecified: a PIXEL, else that of the tile before
 *     4   ForegroundSpecified: a PIXEL, else that of the tile before
 *     8   AnySubrects: a u8 count, and after it the subrectangles
 *     16  SubrectsColoured: each subrectangle begins with a PIXEL, else it is of the foreground
 *
 * A subrectangle is two bytes: x << 4 | y, and (width - 1) << 4 | (height - 1). A rectangle's
 * length shows only when every tile is looked at, so its bytes are collected tile by tile.
 */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import { ByteWriter } from "../../bytes/byte-writer.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { fillBlock } from "./fill-block.ts";
import { decodePixel } from "./pixel.ts";
import { checkRectBytes } from "./read-rect-bytes.ts";
import { overpaintMax, workPerSubrect, workPerYield } from "./subrect-work.ts";

const tileSide = 16;

const raw = 1;
const backgroundSpecified = 2;
const foregroundSpecified = 4;
const anySubrects = 8;
const subrectsColoured = 16;
const allFlags = 31;

export class HextileDecoder implements Decoder<Uint8Array> {
  async readRect(stream: ByteReader, rect: Rect, room: ByteRoom): Promise<Uint8Array> {
    const tiles = new ByteWriter(1024);
    let roomBytes = 0;
    for (let y = 0; y < rect.height; y += tileSide) {
      const height = Math.min(tileSide, rect.height - y);
      for (let x = 0; x < rect.width; x += tileSide) {
        const width = Math.min(tileSide, rect.width - x);
        const flags = stream.takeByte() ?? (await stream.readByte());
        const headBytes = tileHeadBytes(flags, width * height);
        tiles.u8(flags);
        if (headBytes === 0) continue;
        const head = stream.take(headBytes) ?? (await stream.read(headBytes));
        tiles.bytes(head);
        const subrectsBytes = tileSubrectsBytes(flags, head);
        if (subrectsBytes === 0) continue;
        tiles.bytes(stream.take(subrectsBytes) ?? (await stream.read(subrectsBytes)));
      }
      checkRectBytes(tiles.length, "Hextile");
      room.take(tiles.length - roomBytes);
      roomBytes = tiles.length;
    }
    return tiles.finish();
  }

  *decodeRect(payload: Uint8Array, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    const tiles = new TilePainter(payload, framebuffer);
    for (let y = 0; y < rect.height; y += tileSide) {
      const height = Math.min(tileSide, rect.height - y);
      for (let x = 0; x < rect.width; x += tileSide) {
        tiles.paintNext(rect.x + x, rect.y + y, Math.min(tileSide, rect.width - x), height);
        if (tiles.work < workPerYield) continue;
        tiles.work = 0;
        yield;
      }
      yield;
    }
  }

  close(): void {}
}

/** Bytes between the flags and the subrectangles. */
function tileHeadBytes(flags: number, pixelCount: number): number {
  if (flags > allFlags) {
    throw new ProtocolError(
      `Cannot decode Hextile tile: flags ${flags}, wanted at most ${allFlags}`,
    );
  }
  if (flags & raw) return pixelCount * 4;
  return (
    (flags & backgroundSpecified ? 4 : 0) +
    (flags & foregroundSpecified ? 4 : 0) +
    (flags & anySubrects ? 1 : 0)
  );
}

function tileSubrectsBytes(flags: number, head: Uint8Array): number {
  if (flags & raw || !(flags & anySubrects)) return 0;
  return head[head.length - 1] * (flags & subrectsColoured ? 6 : 2);
}

/** Paints the tiles of one rectangle in their order. */
class TilePainter {
  /** Since it was last set to 0. */
  work = 0;
  #offset = 0;
  #background: number | null = null;
  #foreground: number | null = null;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly framebuffer: Framebuffer,
  ) {}

  paintNext(x: number, y: number, width: number, height: number): void {
    const { pixels, width: stride } = this.framebuffer;
    const start = y * stride + x;
    const flags = this.bytes[this.#offset++];
    this.work += width * height;
    if (flags & raw) {
      this.#paintRaw(start, width, height);
      return;
    }
    if (flags & backgroundSpecified) this.#background = this.#pixel();
    if (flags & foregroundSpecified) this.#foreground = this.#pixel();
    fillBlock(pixels, start, stride, width, height, known(this.#background, "background"));
    if (flags & anySubrects) this.#paintSubrects(flags, start, width, height);
  }

  #paintRaw(start: number, width: number, height: number): void {
    const { pixels, width: stride } = this.framebuffer;
    let offset = this.#offset;
    for (let row = 0; row < height; row++, start += stride) {
      for (let at = start; at < start + width; at++, offset += 4) {
        pixels[at] = decodePixel(this.bytes, offset);
      }
    }
    this.#offset = offset;
  }

  #paintSubrects(flags: number, start: number, tileWidth: number, tileHeight: number): void {
    const { pixels, width: stride } = this.framebuffer;
    const coloured = (flags & subrectsColoured) !== 0;
    const foreground = coloured ? 0 : known(this.#foreground, "foreground");
    let paintableArea = tileWidth * tileHeight * overpaintMax;
    for (let left = this.bytes[this.#offset++]; left > 0; left--) {
      const pixel = coloured ? this.#pixel() : foreground;
      const position = this.bytes[this.#offset++];
      const size = this.bytes[this.#offset++];
      const x = position >> 4;
      const y = position & 15;
      const width = (size >> 4) + 1;
      const height = (size & 15) + 1;
      if (x + width > tileWidth || y + height > tileHeight) {
        throw new ProtocolError(
          `Cannot decode Hextile subrectangle: ${width}x${height} at ${x},${y}, wanted inside ${tileWidth}x${tileHeight}`,
        );
      }
      paintableArea -= width * height;
      if (paintableArea < 0) {
        throw new ProtocolError(
          `Cannot decode Hextile tile: painted over ${overpaintMax} times, wanted parts that do not overlap`,
        );
      }
      this.work += width * height + workPerSubrect;
      fillBlock(pixels, start + y * stride + x, stride, width, height, pixel);
    }
  }

  #pixel(): number {
    const offset = this.#offset;
    this.#offset = offset + 4;
    return decodePixel(this.bytes, offset);
  }
}

function known(pixel: number | null, name: string): number {
  if (pixel !== null) return pixel;
  throw new ProtocolError(`Cannot decode Hextile tile: no ${name} yet, wanted in the first tile`);
}
