/**
 * The least that a server on Bun has to do for JPEG pictures: receive pixels, copy them to the
 * screen, encode the strips that have changed, join them, answer a GET. No protocol, no login, no
 * checks, one connection, all in advance. What it takes is a floor for the CPU time of ours.
 *
 *     bun scripts/bench/bare-server.ts PORT
 *
 * Connects to that port, from which updates come: u32 first row, u32 rows, little endian, and the
 * pixels. Prints the port at which it listens.
 */
import "../../src/replace-process.ts";
import http from "node:http";
import net from "node:net";
import { endMarker } from "../../src/image/jpeg/jpeg-file.ts";
import { JpegEncoder } from "../../src/image/engines/wasm/jpeg-encoder.ts";
import { screenSize } from "./bench.ts";

const quality = 75;
const headerBytes = 8;
const { width, height } = screenSize;
const stripRows = 16;
const count = Math.ceil(height / stripRows);

const words = new Int32Array(width * height);
const screen = new Uint8Array(words.buffer);
const encoder = new JpegEncoder();
const head = encoder.encodeHead(screenSize, quality);
const strips: Uint8Array[] = [];
let picture = Buffer.alloc(0);

function encode(firstRow: number, rows: number): void {
  const first = Math.floor(firstRow / stripRows);
  const last = Math.floor((firstRow + rows - 1) / stripRows);
  for (let index = first; index <= last; index++) {
    const row = index * stripRows;
    const start = row * width;
    const pixels = { width, rows: Math.min(stripRows, height - row), words, start, stride: width };
    strips[index] = encoder.encodeStrip(pixels, quality, endMarker(index, index === count - 1));
  }
  picture = Buffer.concat([head, ...strips]);
}

const feed = net.connect({ host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true });
let firstRow = 0;
let rows = 0;
let received = 0;
feed.on("data", (chunk: Buffer) => {
  let part = chunk;
  if (received === 0) {
    [firstRow, rows] = [part.readUInt32LE(0), part.readUInt32LE(4)];
    part = part.subarray(headerBytes);
  }
  screen.set(part, firstRow * width * 4 + received);
  received += part.length;
  if (chunk.byteLength === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
  if (received < rows * width * 4) return;
  received = 0;
  // The sender goes on when the picture is made.
  encode(firstRow, rows);
  feed.write(".");
});

const server = http.createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "image/jpeg", "Content-Length": picture.length });
  response.end(picture);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as net.AddressInfo).port));
