/**
 * The least that a server on Bun has to do for JPEG pictures: receive pixels, paint them, scale and
 * encode what has changed, join it, answer a GET. No login, no checks, no log, all in advance. What
 * it takes is a floor for the CPU time of ours.
 *
 *     bun scripts/bench/bare-server.ts PORT SCREENS
 *
 * Connects to that port for each screen. There updates come, FramebufferUpdate of one rectangle of
 * whole rows, Raw or ZRLE; each is answered by a byte when it has been seen to. Prints the port at
 * which it listens: /0/whole is the picture of the first screen, /0/preview the same 320 wide.
 */
import "../../src/replace-process.ts";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { endMarker } from "../../src/image/jpeg/jpeg-file.ts";
import { JpegEncoder } from "../../src/image/engines/wasm/jpeg-encoder.ts";
import type { PixelRows } from "../../src/image/strips/pixel-strip.ts";
import { StripLayout } from "../../src/image/strips/strip-layout.ts";
import { ZrleDecoder } from "../../src/rfb/decoders/zrle.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import type { Size } from "../../src/rfb/size.ts";
import { screenSize } from "./bench.ts";

const quality = 75;
const stripRows = 16;
const { width, height } = screenSize;
const sizes = { whole: screenSize, preview: { width: 320, height: 180 } };
const encoder = new JpegEncoder();

/** A picture of a screen, which is made after each update from when it was first asked for. */
class BarePicture {
  bytes = Buffer.alloc(0);
  readonly #frame: Framebuffer;
  readonly #layout: StripLayout;
  readonly #scaled: PixelRows | null;
  readonly #head: Uint8Array;
  readonly #strips: Uint8Array[] = [];

  constructor(frame: Framebuffer, size: Size) {
    this.#frame = frame;
    this.#layout = new StripLayout({ x: 0, y: 0, width, height }, size, stripRows);
    const words = new Int32Array(this.#layout.isScaled ? size.width * size.height : 0);
    const scaled = { width: size.width, rows: size.height, words, start: 0, stride: size.width };
    this.#scaled = this.#layout.isScaled ? scaled : null;
    this.#head = encoder.encodeHead(size, quality);
    this.make(0, height);
  }

  /** Rows of the screen have changed. */
  make(firstRow: number, rows: number): void {
    const layout = this.#layout;
    const scaled = this.#scaled;
    const factor = layout.size.height / height;
    const first = Math.floor(firstRow * factor);
    const end = Math.ceil((firstRow + rows) * factor);
    if (scaled !== null) {
      layout.scaleNow(this.#frame, { firstRow: first, rows: end - first }, scaled);
    }
    for (let strip = Math.floor(first / stripRows); strip * stripRows < end; strip++) {
      const pixels =
        scaled === null ? layout.frameRows(this.#frame, strip) : layout.pictureRows(scaled, strip);
      const marker = endMarker(strip, strip === layout.count - 1);
      this.#strips[strip] = encoder.encodeStrip(pixels, quality, marker);
    }
    this.bytes = Buffer.concat([this.#head, ...this.#strips]);
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

  picture(name: keyof typeof sizes): Buffer {
    let picture = this.#pictures.get(name);
    if (picture === undefined) {
      picture = new BarePicture(this.#frame, sizes[name]);
      this.#pictures.set(name, picture);
    }
    return picture.bytes;
  }

  /** Gives whether it was the last of an update. */
  receive(chunk: Buffer): boolean {
    const part = this.#offset === this.#end ? this.#begin(chunk) : chunk;
    this.#target.set(part, this.#offset);
    this.#offset += part.length;
    // As ours does: given back at once, and not when garbage is collected.
    if (chunk.byteLength === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
    if (this.#offset < this.#end) return false;
    if (this.#target !== this.#bytes) {
      for (const _ of this.#zrle.decodeRect(this.#target, this.#rect, this.#frame));
    }
    for (const picture of this.#pictures.values()) picture.make(this.#rect.y, this.#rect.height);
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
    if (screen.receive(chunk)) feed.write(".");
  });
  // One after the other, so that both ends count alike.
  await once(feed, "connect");
}

const server = http.createServer((request, response) => {
  const [, index, name] = request.url!.split("/");
  const picture = screens[Number(index)].picture(name as keyof typeof sizes);
  response.writeHead(200, { "Content-Type": "image/jpeg", "Content-Length": picture.length });
  response.end(picture);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as net.AddressInfo).port));
