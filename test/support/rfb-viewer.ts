/** A viewer in memory, for tests of what is sent to viewers. */
import { inflateSync, constants } from "node:zlib";
import { type ByteReader, ByteStream } from "../../src/bytes/byte-stream.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { Cursor } from "../../src/bytes/cursor.ts";
import {
  encodeFramebufferUpdateRequest,
  encodeSetEncodings,
} from "../../src/rfb/client-messages.ts";
import type { Decoder } from "../../src/rfb/decoders/decoder.ts";
import { TightDecoder } from "../../src/rfb/decoders/tight.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import { unlimitedRoom } from "./rfb-parts.ts";

/** PIXEL_FORMAT, as a viewer asks for it. */
export interface WantedFormat {
  readonly bits: 8 | 16 | 32;
  readonly depth: number;
  readonly isBigEndian: boolean;
  /** Red, green, blue. */
  readonly maxima: readonly [number, number, number];
  readonly shifts: readonly [number, number, number];
}

/** Pixels in memory as the product has them: B, G, R, unused. */
export const ourFormat: WantedFormat = {
  bits: 32,
  depth: 24,
  isBigEndian: false,
  maxima: [255, 255, 255],
  shifts: [16, 8, 0],
};

/** What noVNC asks for: R, G, B, unused. */
export const noVncFormat: WantedFormat = { ...ourFormat, shifts: [0, 8, 16] };

export interface ReceivedRect extends Rect {
  readonly encoding: number;
  /** Bytes behind its header. */
  readonly bytes: number;
  /** In Tight, the high four bits of the first byte: 8 fill, 9 JPEG, else basic. */
  readonly tightType: number | null;
}

export interface ReceivedCursor extends Rect {
  readonly encoding: number;
  readonly payload: Uint8Array;
}

/** What a server sends. */
export type ServerMessage =
  | { readonly kind: "update"; readonly rects: readonly ReceivedRect[] }
  | { readonly kind: "cut-text"; readonly length: number; readonly bytes: Uint8Array };

export class TestViewer {
  /** What the server sends: the test pushes it. */
  readonly stream = new ByteStream({ pause() {}, resume() {} });
  readonly #write: (bytes: Uint8Array) => void;
  readonly #tight = new TightDecoder();
  #format = ourFormat;
  picture = new Framebuffer(0, 0);
  name = "";
  cursor: ReceivedCursor | null = null;
  /** The last ExtendedDesktopSize: x, y, and its payload. */
  layout: { readonly x: number; readonly y: number; readonly payload: string } | null = null;
  #readBytes = 0;
  #peeked: Uint8Array | null = null;
  #isInMessage = false;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** As a viewer of RFB 3.8; the picture is of the size that the server says. */
  async greet(version = "RFB 003.008\n"): Promise<void> {
    await this.read(12);
    this.#write(new TextEncoder().encode(version));
    if (version === "RFB 003.003\n") {
      await this.read(4);
    } else {
      const [count] = await this.read(1);
      await this.read(count);
      this.#write(Uint8Array.of(1));
      if (version === "RFB 003.008\n") await this.read(4);
    }
    this.#write(Uint8Array.of(1));
    const init = new Cursor(await this.read(24), "ServerInit");
    this.picture = new Framebuffer(init.u16(), init.u16());
    init.skip(16);
    this.name = new TextDecoder().decode(await this.read(init.u32()));
  }

  setPixelFormat(format: WantedFormat): void {
    this.#format = format;
    const { bits, depth, isBigEndian, maxima, shifts } = format;
    const writer = new ByteWriter()
      .bytes(Uint8Array.of(0, 0, 0, 0, bits, depth, isBigEndian ? 1 : 0, 1))
      .u16(maxima[0])
      .u16(maxima[1])
      .u16(maxima[2])
      .bytes(Uint8Array.of(...shifts, 0, 0, 0));
    this.#write(writer.finish());
  }

  setEncodings(...encodings: number[]): void {
    this.#write(encodeSetEncodings(encodings));
  }

  /** The area is the whole screen if none is given. */
  request(isIncremental: boolean, area?: Rect): void {
    const { width, height } = this.picture;
    this.#write(
      encodeFramebufferUpdateRequest(isIncremental, area ?? { x: 0, y: 0, width, height }),
    );
  }

  send(hex: string): void {
    this.#write(Uint8Array.fromHex(hex.replaceAll(/\s/g, "")));
  }

  /** The next update; anything else before it is an error. */
  async update(): Promise<readonly ReceivedRect[]> {
    const message = await this.message();
    if (message.kind !== "update") throw new Error(`${message.kind}, wanted an update`);
    return message.rects;
  }

  async message(): Promise<ServerMessage> {
    const [type] = await this.read(1);
    this.#isInMessage = true;
    const message = await this.#readMessage(type);
    this.#isInMessage = false;
    return message;
  }

  /** Whether something has come that has not been taken in yet. */
  get isBusy(): boolean {
    return this.#isInMessage || this.stream.availableBytes > 0;
  }

  async #readMessage(type: number): Promise<ServerMessage> {
    if (type === 3) {
      const length = new Cursor((await this.read(7)).subarray(3), "ServerCutText").i32();
      return { kind: "cut-text", length, bytes: await this.read(Math.abs(length)) };
    }
    if (type !== 0) throw new Error(`message type ${type}, wanted an update or ServerCutText`);
    const count = new Cursor((await this.read(3)).subarray(1), "FramebufferUpdate").u16();
    const rects: ReceivedRect[] = [];
    while (rects.length < count) {
      const rect = await this.#readRect();
      if (rect.encoding === -224) return { kind: "update", rects };
      rects.push(rect);
    }
    if (count === 0xffff) throw new Error("no LastRect");
    return { kind: "update", rects };
  }

  async read(count: number): Promise<Uint8Array> {
    this.#readBytes += count;
    const peeked = this.#peeked;
    if (peeked === null || count === 0) return this.stream.read(count);
    this.#peeked = null;
    return count === 1 ? peeked : Buffer.concat([peeked, await this.stream.read(count - 1)]);
  }

  async #readRect(): Promise<ReceivedRect> {
    const fields = new Cursor(await this.read(12), "rectangle");
    const rect = { x: fields.u16(), y: fields.u16(), width: fields.u16(), height: fields.u16() };
    const encoding = fields.i32();
    const before = this.#readBytes;
    const tightType = await this.#readPayload(rect, encoding);
    return { ...rect, encoding, bytes: this.#readBytes - before, tightType };
  }

  async #readPayload(rect: Rect, encoding: number): Promise<number | null> {
    const { x, y, width, height } = rect;
    switch (encoding) {
      case -224:
        return null;
      case -223:
        this.picture = new Framebuffer(width, height);
        return null;
      case -308: {
        const payload = await this.read(4 + 16 * (await this.#peek()));
        this.layout = { x, y, payload: payload.toHex() };
        if (y === 0) this.picture = resized(this.picture, width, height);
        return null;
      }
      case -239: {
        const maskBytes = Math.ceil(width / 8) * height;
        const payload = await this.read((width * height * this.#format.bits) / 8 + maskBytes);
        this.cursor = { ...rect, encoding, payload };
        return null;
      }
      case 0x574d5664:
        this.cursor = { ...rect, encoding, payload: await this.read(2 + width * height * 4) };
        return null;
      case 0:
        this.#put(rect, await this.#readPixels(width * height));
        return null;
      case 7:
        return this.#readTight(rect);
      default:
        throw new Error(`encoding ${encoding} was not asked for`);
    }
  }

  /** The next byte, which is read again. */
  async #peek(): Promise<number> {
    this.#peeked ??= await this.stream.read(1);
    return this.#peeked[0];
  }

  async #readTight(rect: Rect): Promise<number> {
    const control = await this.#peek();
    const type = control >> 4;
    if (type === 9) {
      await this.read(1);
      const jpeg = await this.read(await this.#readLength());
      const { width, height, pixels } = await decodeWithBun(jpeg);
      if (width !== rect.width || height !== rect.height) {
        throw new Error(`JPEG of ${width}x${height}, wanted ${rect.width}x${rect.height}`);
      }
      this.#put(rect, pixels);
    } else if (this.#has24Bits) {
      // By the decoder of the product, whose zlib streams go on from rectangle to rectangle.
      const reader: ByteReader = {
        take: () => null,
        takeByte: () => null,
        read: (count) => this.read(count),
        readByte: async () => (await this.read(1))[0],
        readInto: async (bytes) => bytes.set(await this.read(bytes.length)),
      };
      const decoder: Decoder<unknown> = this.#tight;
      const payload = await decoder.readRect(reader, rect, unlimitedRoom);
      for (const _ of decoder.decodeRect(payload, rect, this.picture));
    } else {
      this.#put(rect, await this.#readTightPixels(type, rect));
    }
    return type;
  }

  /** Tight in another pixel format than that of 24 bits. */
  async #readTightPixels(type: number, { width, height }: Rect): Promise<Uint32Array> {
    await this.read(1);
    const count = width * height;
    if (type === 8) return new Uint32Array(count).fill((await this.#readPixels(1))[0]);
    if (type === 0) {
      return this.#decodePixels(await this.#readFiltered((count * this.#format.bits) / 8));
    }
    const [filter, last] = await this.read(2);
    if (type !== 4 || filter !== 1) throw new Error(`Tight type ${type}, filter ${filter}`);
    const palette = await this.#readPixels(last + 1);
    if (last > 1) {
      return Uint32Array.from(await this.#readFiltered(count), (index) => palette[index]);
    }
    const rowBytes = Math.ceil(width / 8);
    const bits = await this.#readFiltered(rowBytes * height);
    return Uint32Array.from({ length: count }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return palette[(bits[y * rowBytes + (x >> 3)] >> (7 - (x & 7))) & 1];
    });
  }

  async #readFiltered(byteCount: number): Promise<Uint8Array> {
    if (byteCount < 12) return this.read(byteCount);
    const compressed = await this.read(await this.#readLength());
    const bytes = inflateSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH });
    if (bytes.length !== byteCount) throw new Error(`${bytes.length} bytes, wanted ${byteCount}`);
    return bytes;
  }

  async #readLength(): Promise<number> {
    let length = 0;
    for (const shift of [0, 7, 14]) {
      const [byte] = await this.read(1);
      length |= (shift === 14 ? byte : byte & 127) << shift;
      if (byte < 128) break;
    }
    return length;
  }

  get #has24Bits(): boolean {
    const { bits, depth, maxima } = this.#format;
    return bits === 32 && depth === 24 && maxima.every((max) => max === 255);
  }

  async #readPixels(count: number): Promise<Uint32Array> {
    return this.#decodePixels(await this.read((count * this.#format.bits) / 8));
  }

  #decodePixels(bytes: Uint8Array): Uint32Array {
    const { bits, isBigEndian, maxima, shifts } = this.#format;
    const size = bits / 8;
    const colour = (value: number, channel: number) =>
      Math.round((((value >>> shifts[channel]) & maxima[channel]) * 255) / maxima[channel]);
    return Uint32Array.from({ length: bytes.length / size }, (_, i) => {
      const pixel = Buffer.from(bytes.subarray(i * size, (i + 1) * size));
      const value = isBigEndian ? pixel.readUIntBE(0, size) : pixel.readUIntLE(0, size);
      return (colour(value, 0) << 16) | (colour(value, 1) << 8) | colour(value, 2);
    });
  }

  #put(rect: Rect, pixels: Uint32Array): void {
    const { width, height } = this.picture;
    if (rect.x + rect.width > width || rect.y + rect.height > height) {
      throw new Error(`rectangle ${JSON.stringify(rect)} is outside of ${width}x${height}`);
    }
    this.picture.put(rect, pixels);
  }
}

/** Another size, with the pixels that both have. */
function resized(picture: Framebuffer, width: number, height: number): Framebuffer {
  if (picture.width === width && picture.height === height) return picture;
  const next = new Framebuffer(width, height);
  for (const _ of next.keep(picture));
  return next;
}
