/** Hands bytes to a reader in every way a socket can. */
import { expect } from "bun:test";
import { ByteStream, type ByteSource } from "../../src/bytes/byte-stream.ts";
import { EndOfStreamError } from "../../src/bytes/errors.ts";

const endless: ByteSource = { pause() {}, resume() {} };

type Read<T> = (stream: ByteStream) => Promise<T>;

/** A stream that has it all from the start, and then its end. */
export function wholeStream(bytes: Uint8Array): ByteStream {
  const stream = new ByteStream(endless);
  // A copy: a stream takes over what it is given.
  stream.push(new Uint8Array(bytes));
  stream.end();
  return stream;
}

/** A stream that gets `chunkBytes` at a time, each only after the reader had its turn. */
export function chunkedStream(bytes: Uint8Array, chunkBytes: number): ByteStream {
  const stream = new ByteStream(endless);
  void deliver(stream, bytes, chunkBytes);
  return stream;
}

async function deliver(stream: ByteStream, bytes: Uint8Array, chunkBytes: number): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    await Promise.resolve();
    stream.push(bytes.slice(offset, offset + chunkBytes));
  }
  stream.end();
}

/** Reads the bytes whole, byte by byte and in chunks of 7; gives the three results. */
export async function readInEveryWay<T>(bytes: Uint8Array, read: Read<T>): Promise<T[]> {
  return [
    await read(wholeStream(bytes)),
    await read(chunkedStream(bytes, 1)),
    await read(chunkedStream(bytes, 7)),
  ];
}

/** Expects EndOfStreamError wherever the bytes are cut short, and success with all of them. */
export async function expectEveryCutToFail<T>(bytes: Uint8Array, read: Read<T>): Promise<void> {
  for (let length = 0; length < bytes.length; length++) {
    const outcome = await read(wholeStream(bytes.subarray(0, length))).catch((error) => error);
    expect(outcome, `cut after ${length} bytes`).toBeInstanceOf(EndOfStreamError);
  }
  await read(wholeStream(bytes));
}
