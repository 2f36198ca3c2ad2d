import type { ByteReader } from "../../../src/bytes/byte-stream.ts";
import { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import type { Rect } from "../../../src/rfb/rect.ts";
import { allDecoders, unlimitedRoom } from "../../support/rfb-parts.ts";
import { hex32, type RawClient } from "./raw-client.ts";

/**
 * Bytes behind a rectangle's header of the pseudo-encodings, for a desktop of one screen and a
 * cursor of 8x6.
 */
const pseudoPayloadBytes = new Map([
  [-223, 0],
  [-308, 20],
  [-239, 8 * 6 * 4 + 6],
]);

interface ReceivedRect extends Rect {
  readonly encoding: number;
}

/**
 * The RFB half of a raw client; rectangles are painted by the product's decoders, which have tests
 * of their own.
 */
export class Viewer {
  readonly #decoders = allDecoders();
  readonly #reader: ByteReader;
  #framebuffer: Framebuffer;

  constructor(
    readonly client: RawClient,
    size: { readonly width: number; readonly height: number },
  ) {
    this.#framebuffer = new Framebuffer(size.width, size.height);
    this.#reader = {
      take: () => null,
      takeByte: () => null,
      read: (count) => client.bytes(count),
      readByte: async () => (await client.bytes(1))[0],
      readInto: async (bytes) => bytes.set(await client.bytes(bytes.length)),
    };
  }

  setEncodings(encodings: readonly number[]): void {
    const numbers = encodings.map((encoding) => hex32(encoding >>> 0)).join("");
    this.client.write(`0200${hex16(encodings.length)}${numbers}`);
  }

  /** The area is the whole screen as it is known here, if none is given. */
  request(incremental: boolean, area?: Rect): void {
    const { x, y, width, height } = area ?? { x: 0, y: 0, ...this.size };
    const numbers = [x, y, width, height].map(hex16).join("");
    this.client.write(`03${incremental ? "01" : "00"}${numbers}`);
  }

  get size(): { width: number; height: number } {
    return { width: this.#framebuffer.width, height: this.#framebuffer.height };
  }

  /** How many pixels are not as `wanted`. */
  differences(wanted: Uint32Array): number {
    const { pixels } = this.#framebuffer;
    if (pixels.length !== wanted.length) return Number.POSITIVE_INFINITY;
    return pixels.reduce((sum, pixel, i) => sum + ((pixel & 0xffffff) === wanted[i] ? 0 : 1), 0);
  }

  /** Paints the next message, which must be an update; its rectangles but for LastRect. */
  async update(): Promise<ReceivedRect[]> {
    const header = await this.client.bytes(4);
    if (header[0] !== 0) throw new Error(`message type ${header[0]}, wanted an update`);
    const count = header.readUInt16BE(2);
    const rects: ReceivedRect[] = [];
    for (let i = 0; i < count; i++) {
      const fields = await this.client.bytes(12);
      const [x, y, width, height] = [0, 2, 4, 6].map((offset) => fields.readUInt16BE(offset));
      const rect = { x, y, width, height, encoding: fields.readInt32BE(8) };
      if (rect.encoding === -224) break;
      rects.push(rect);
      await this.#paint(rect);
    }
    return rects;
  }

  close(): void {
    for (const decoder of this.#decoders.values()) decoder.close();
  }

  async #paint(rect: ReceivedRect): Promise<void> {
    const decoder = this.#decoders.get(rect.encoding);
    if (decoder === undefined) {
      await this.client.bytes(pseudoPayloadBytes.get(rect.encoding) ?? Number.NaN);
      if (rect.encoding !== -239) this.#framebuffer = new Framebuffer(rect.width, rect.height);
      return;
    }
    this.#checkInside(rect);
    const payload = await decoder.readRect(this.#reader, rect, unlimitedRoom);
    for (const _ of decoder.decodeRect(payload, rect, this.#framebuffer));
  }

  #checkInside({ x, y, width, height }: Rect): void {
    const { size } = this;
    if (x + width <= size.width && y + height <= size.height) return;
    throw new Error(
      `rectangle ${x},${y} ${width}x${height}, wanted inside ${size.width}x${size.height}`,
    );
  }
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
