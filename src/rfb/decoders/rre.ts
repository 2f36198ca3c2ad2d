/**
 * RRE, RFC 6143 section 7.7.3, and CoRRE, which has coordinates of one byte.
 *
 *     u32    number of subrectangles
 *     PIXEL  background
 *     then for each subrectangle: PIXEL, x, y, width, height
 */
import type { ByteReader } from "../../bytes/byte-stream.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Framebuffer } from "../framebuffer.ts";
import type { Rect } from "../rect.ts";
import type { ByteRoom } from "../update-room.ts";
import type { Decoder } from "./decoder.ts";
import { fillBlock } from "./fill-block.ts";
import { decodePixel } from "./pixel.ts";
import { readRectBytes } from "./read-rect-bytes.ts";
import { rowsPerBand } from "./row-bands.ts";
import { overpaintMax, workPerSubrect, workPerYield } from "./subrect-work.ts";

export interface RrePayload {
  readonly background: number;
  readonly subrects: Uint8Array;
}

export class RreDecoder implements Decoder<RrePayload> {
  readonly #subrectBytes: number;

  constructor(
    private readonly encodingName: "RRE" | "CoRRE",
    private readonly coordinateBytes: 1 | 2,
  ) {
    this.#subrectBytes = 4 + 4 * coordinateBytes;
  }

  async readRect(stream: ByteReader, _rect: Rect, room: ByteRoom): Promise<RrePayload> {
    const header = stream.take(8) ?? (await stream.read(8));
    const subrectsBytes = new Cursor(header, "RRE header").u32() * this.#subrectBytes;
    return {
      background: decodePixel(header, 4),
      subrects: await readRectBytes(stream, subrectsBytes, this.encodingName, room),
    };
  }

  *decodeRect(payload: RrePayload, rect: Rect, framebuffer: Framebuffer): Generator<void, void> {
    const { pixels, width: stride } = framebuffer;
    const { subrects } = payload;
    const origin = rect.y * stride + rect.x;
    let paintableArea = rect.width * rect.height * overpaintMax;
    let work = 0;
    const bandRows = rowsPerBand(rect.width);
    for (let row = 0; row < rect.height; row += bandRows) {
      const rows = Math.min(bandRows, rect.height - row);
      fillBlock(pixels, origin + row * stride, stride, rect.width, rows, payload.background);
      yield;
    }
    for (let at = 0; at < subrects.length; at += this.#subrectBytes) {
      const x = this.#coordinate(subrects, at, 0);
      const y = this.#coordinate(subrects, at, 1);
      const width = this.#coordinate(subrects, at, 2);
      const height = this.#coordinate(subrects, at, 3);
      if (x + width > rect.width || y + height > rect.height) {
        throw new ProtocolError(
          `Cannot decode ${this.encodingName} subrectangle: ${width}x${height} at ${x},${y}, wanted inside ${rect.width}x${rect.height}`,
        );
      }
      paintableArea -= width * height;
      if (paintableArea < 0) {
        throw new ProtocolError(
          `Cannot decode ${this.encodingName} rectangle: painted over ${overpaintMax} times, wanted parts that do not overlap`,
        );
      }
      fillBlock(pixels, origin + y * stride + x, stride, width, height, decodePixel(subrects, at));
      work += width * height + workPerSubrect;
      if (work >= workPerYield) {
        yield;
        work = 0;
      }
    }
  }

  close(): void {}

  #coordinate(subrects: Uint8Array, at: number, index: number): number {
    const offset = at + 4 + index * this.coordinateBytes;
    return this.coordinateBytes === 1
      ? subrects[offset]
      : (subrects[offset] << 8) | subrects[offset + 1];
  }
}
