/**
 * A viewer of RFB behind a bridge from WebSockets, that asks for what noVNC 1.7 asks for: Tight
 * with JPEG of quality 6, and the next update when one has come whole.
 */
import { type ByteReader, ByteStream } from "../../src/bytes/byte-stream.ts";
import { BufferPool } from "../../src/bytes/buffer-pool.ts";
import { createDecoders } from "../../src/rfb/decoders/table.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import {
  encodeFramebufferUpdateRequest,
  encodeSetEncodings,
  encodeSetPixelFormat,
} from "../../src/rfb/client-messages.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { nowMs } from "./scene.ts";
import type { Shown, ShownPart, Viewer } from "./viewer.ts";

const quality = 6;
const compression = 2;
const encodings = [
  Encoding.CopyRect,
  Encoding.Tight,
  Encoding.Zrle,
  Encoding.Hextile,
  Encoding.Rre,
  Encoding.Raw,
  Encoding.QualityLevel0 + quality,
  Encoding.CompressionLevel0 + compression,
  Encoding.LastRect,
];

const jpegForm = 9;
const unlimited = { take() {} };

export async function openRfbViewer(url: string): Promise<Viewer> {
  const socket = new WebSocket(url, ["binary"]);
  socket.binaryType = "arraybuffer";
  const stream = new ByteStream({ pause() {}, resume() {} });
  const viewer: Viewer = { shown: [], receivedBytes: 0, close: () => socket.close() };
  socket.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data as ArrayBuffer);
    viewer.receivedBytes += bytes.length;
    stream.push(bytes);
  };
  socket.onclose = () => stream.end();
  const send = (bytes: Uint8Array) => socket.send(Uint8Array.from(bytes));
  // Versions, no authentication, ClientInit with a shared session.
  send(await stream.read(12));
  const [types] = await stream.read(1);
  await stream.read(types);
  send(Uint8Array.of(1));
  await stream.read(4);
  send(Uint8Array.of(1));
  const init = Buffer.from(await stream.read(24));
  const size = { width: init.readUInt16BE(0), height: init.readUInt16BE(2) };
  await stream.read(init.readUInt32BE(20));
  send(encodeSetPixelFormat());
  send(encodeSetEncodings(encodings));
  const whole = { x: 0, y: 0, ...size };
  send(encodeFramebufferUpdateRequest(false, whole));
  const reader = new UpdateReader(stream, size.width, size.height);
  const read = async () => {
    for (;;) {
      const shown = await reader.update();
      send(encodeFramebufferUpdateRequest(true, whole));
      if (shown.parts.length > 0) viewer.shown.push(shown);
    }
  };
  // It ends with its socket.
  read().catch(() => {});
  return viewer;
}

class UpdateReader {
  readonly #stream: ByteStream;
  readonly #framebuffer: Framebuffer;
  readonly #decoders = createDecoders(new BufferPool(1024 * 1024));

  constructor(stream: ByteStream, width: number, height: number) {
    this.#stream = stream;
    this.#framebuffer = new Framebuffer(width, height);
  }

  /** The next update; other messages have nothing to show. */
  async update(): Promise<Shown> {
    const stream = this.#stream;
    const [type] = await stream.read(1);
    if (type === 2) return { atMs: nowMs(), parts: [] };
    if (type === 3) {
      const length = Buffer.from(await stream.read(7)).readUInt32BE(3);
      await stream.read(length);
      return { atMs: nowMs(), parts: [] };
    }
    if (type !== 0) throw new Error(`message type ${type}, wanted an update`);
    const count = Buffer.from(await stream.read(3)).readUInt16BE(1);
    const parts: ShownPart[] = [];
    for (let i = 0; i < count; i++) {
      const head = Buffer.from(await stream.read(12));
      const [x, y, width, height] = [0, 2, 4, 6].map((offset) => head.readUInt16BE(offset));
      const encoding = head.readInt32BE(8);
      if (encoding === Encoding.LastRect) break;
      parts.push(await this.#rect({ x, y, width, height }, encoding));
    }
    return { atMs: nowMs(), parts };
  }

  async #rect(rect: Rect, encoding: number): Promise<ShownPart> {
    const stream = this.#stream;
    const decoder = this.#decoders.get(encoding);
    if (decoder === undefined)
      throw new Error(`encoding ${encoding}, wanted one that was asked for`);
    if (encoding !== Encoding.Tight) return this.#decoded(rect, encoding, stream);
    const control = (await stream.read(1)).slice();
    if (control[0] >> 4 === jpegForm) {
      return { ...rect, content: (await stream.read(await this.#length())).slice() };
    }
    return this.#decoded(rect, encoding, startingWith(control, stream));
  }

  async #decoded(rect: Rect, encoding: number, reader: ByteReader): Promise<ShownPart> {
    const decoder = this.#decoders.get(encoding)!;
    const payload = await decoder.readRect(reader, rect, unlimited);
    for (const _ of decoder.decodeRect(payload, rect, this.#framebuffer));
    const { x, y, width, height } = rect;
    const content = new Uint32Array(width * height);
    for (let row = 0; row < height; row++) {
      const start = (y + row) * this.#framebuffer.width + x;
      content.set(this.#framebuffer.pixels.subarray(start, start + width), row * width);
    }
    return { ...rect, content };
  }

  /** 1 to 3 bytes of 7, 7 and 8 bits, the lowest first. */
  async #length(): Promise<number> {
    let length = 0;
    for (let shift = 0; shift <= 14; shift += 7) {
      const [byte] = await this.#stream.read(1);
      length |= (shift === 14 ? byte : byte & 127) << shift;
      if (byte < 128) break;
    }
    return length;
  }
}

/** The stream with a byte before it that has been read already. */
function startingWith(first: Uint8Array, stream: ByteStream): ByteReader {
  let isGiven = false;
  const give = () => {
    isGiven = true;
    return first;
  };
  return {
    take: (count) => (isGiven ? stream.take(count) : give()),
    takeByte: () => (isGiven ? stream.takeByte() : give()[0]),
    read: (count) => (isGiven ? stream.read(count) : Promise.resolve(give())),
    readByte: () => (isGiven ? stream.readByte() : Promise.resolve(give()[0])),
    readInto: (bytes) => stream.readInto(bytes),
  };
}
