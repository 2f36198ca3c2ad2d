/**
 * The least that a server on Bun has to do for pictures: receive pixels, paint them, scale and
 * encode what has changed, join it, answer a GET. No login, no checks, no log, all in advance. What
 * it takes is a floor for the CPU time of ours.
 *
 *     bun scripts/bench/bare-server.ts PORT SCREENS
 *
 * Connects to that port for each screen. There updates come, FramebufferUpdate of one rectangle of
 * whole rows, Raw or ZRLE; each is answered by a byte when it has been seen to. Prints the port at
 * which it listens: /0/jpeg/whole is a picture of the first screen, /0/png/preview one of 320 wide.
 */
import "../../src/replace-process.ts";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import net from "node:net";
import { BufferPool } from "../../src/bytes/buffer-pool.ts";
import { openWasmEngine } from "../../src/image/engines/wasm/wasm-engine.ts";
import { type PictureFormat, pictureDefaults } from "../../src/image/picture-parameters.ts";
import { openStripPngCodec } from "../../src/image/png/strip-png-codec.ts";
import type { Codec, EncodedStrip } from "../../src/image/strips/codec.ts";
import { copyRows, type PixelRows } from "../../src/image/strips/pixel-strip.ts";
import { StripLayout } from "../../src/image/strips/strip-layout.ts";
import { ZrleDecoder } from "../../src/rfb/decoders/zrle.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import type { Size } from "../../src/rfb/size.ts";
import { screenSize } from "./bench.ts";

const levels = { jpeg: pictureDefaults.quality, png: pictureDefaults.compression };
const { width, height } = screenSize;
const sizes = { whole: screenSize, preview: { width: 320, height: 180 } };
const pool = new BufferPool(32 * 1024 * 1024);
const engine = openWasmEngine(openStripPngCodec(pool));

/** A picture of a screen, which is made after each update from when it was first asked for. */
class BarePicture {
  bytes = Buffer.alloc(0);
  readonly #frame: Framebuffer;
  readonly #level: number;
  readonly #codec: Codec;
  readonly #layout: StripLayout;
  readonly #scaled: PixelRows | null;
  readonly #strips: EncodedStrip[] = [];

  constructor(frame: Framebuffer, format: PictureFormat, size: Size) {
    this.#frame = frame;
    this.#level = levels[format];
    this.#codec = engine.codec({ format, level: this.#level });
    this.#layout = new StripLayout({ x: 0, y: 0, width, height }, size, this.#codec.stripRows);
    const words = new Int32Array(this.#layout.isScaled ? size.width * size.height : 0);
    const scaled = { width: size.width, rows: size.height, words, start: 0, stride: size.width };
    this.#scaled = this.#layout.isScaled ? scaled : null;
  }

  /** Rows of the screen have changed. */
  async make(firstRow: number, rows: number): Promise<void> {
    const layout = this.#layout;
    const codec = this.#codec;
    const scaled = this.#scaled;
    const factor = layout.size.height / height;
    const first = Math.floor(firstRow * factor);
    const end = Math.ceil((firstRow + rows) * factor);
    if (scaled !== null) {
      layout.scaleNow(this.#frame, { firstRow: first, rows: end - first }, scaled);
    }
    const encoding: Promise<void>[] = [];
    for (let index = Math.floor(first / codec.stripRows); index * codec.stripRows < end; index++) {
      const pixels =
        scaled === null ? layout.frameRows(this.#frame, index) : layout.pictureRows(scaled, index);
      const place = { index, isLast: index === layout.count - 1 };
      if (codec.isThreaded) {
        const copy = copyRows(pool, pixels);
        const encode = async () => {
          this.#strips[index] = await codec.encodeStrip(copy, place, this.#level);
          pool.give(copy.words.buffer);
        };
        encoding.push(encode());
      } else {
        this.#strips[index] = codec.encodeStrip(pixels, place, this.#level);
      }
    }
    if (encoding.length > 0) await Promise.all(encoding);
    this.#join();
  }

  #join(): void {
    const strips = this.#strips;
    const { size } = this.#layout;
    const checksums = Uint32Array.from(strips, ({ checksum }) => checksum);
    this.bytes = Buffer.concat([
      this.#codec.encodeHead(size, this.#level, strips[0]),
      ...strips.flatMap(({ body }) => body),
      this.#codec.encodeTail(size, checksums),
    ]);
  }
}

class BareScreen {
  readonly #frame = new Framebuffer(width, height);
  readonly #bytes = new Uint8Array(this.#frame.pixels.buffer);
  readonly #zrle = new ZrleDecoder();
  readonly #pictures = new Map<string, BarePicture>();
  #rect: Rect = { x: 0, y: 0, width, height: 0 };
  /** Where the bytes go that are still to come: to the screen, or where ZRLE waits. */
  #target = this.#bytes;
  #offset = 0;
  #end = 0;

  async picture(format: PictureFormat, size: keyof typeof sizes): Promise<Buffer> {
    const name = `${format} ${size}`;
    let picture = this.#pictures.get(name);
    if (picture === undefined) {
      picture = new BarePicture(this.#frame, format, sizes[size]);
      await picture.make(0, height);
      this.#pictures.set(name, picture);
    }
    return picture.bytes;
  }

  /** Gives whether it was the last of an update, for which the pictures are then made. */
  async receive(chunk: Buffer): Promise<boolean> {
    const part = this.#offset === this.#end ? this.#begin(chunk) : chunk;
    this.#target.set(part, this.#offset);
    this.#offset += part.length;
    // As ours does: given back at once, and not when garbage is collected.
    if (chunk.byteLength === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
    if (this.#offset < this.#end) return false;
    if (this.#target !== this.#bytes) {
      for (const _ of this.#zrle.decodeRect(this.#target, this.#rect, this.#frame));
    }
    for (const picture of this.#pictures.values()) {
      await picture.make(this.#rect.y, this.#rect.height);
    }
    return true;
  }

  /** u8 type, u8 padding, u16 count, u16 x, y, width, height, i32 encoding; ZRLE: u32 length. */
  #begin(chunk: Buffer): Buffer {
    this.#rect = { x: 0, y: chunk.readUInt16BE(6), width, height: chunk.readUInt16BE(10) };
    if (chunk.readInt32BE(12) === Encoding.Raw) {
      this.#target = this.#bytes;
      this.#offset = this.#rect.y * width * 4;
      this.#end = this.#offset + this.#rect.height * width * 4;
      return chunk.subarray(16);
    }
    this.#target = new Uint8Array(chunk.readUInt32BE(16));
    this.#offset = 0;
    this.#end = this.#target.length;
    return chunk.subarray(20);
  }
}

const [port, count] = process.argv.slice(2).map(Number);
const screens: BareScreen[] = [];
while (screens.length < count) {
  const screen = new BareScreen();
  screens.push(screen);
  const feed = net.connect({ host: "127.0.0.1", port, noDelay: true });
  feed.on("data", (chunk: Buffer) => {
    void screen.receive(chunk).then((isSeenTo) => isSeenTo && feed.write("."));
  });
  // One after the other, so that both ends count alike.
  await once(feed, "connect");
}

async function answer({ url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, index, format, size] = url!.split("/");
  const screen = screens[Number(index)];
  const picture = await screen.picture(format as PictureFormat, size as keyof typeof sizes);
  response.writeHead(200, { "Content-Type": `image/${format}`, "Content-Length": picture.length });
  response.end(picture);
}

const server = http.createServer((request, response) => void answer(request, response));
server.listen(0, "127.0.0.1", () => console.log((server.address() as net.AddressInfo).port));
