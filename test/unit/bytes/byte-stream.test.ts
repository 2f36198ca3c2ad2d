import { describe, expect, test } from "bun:test";
import { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { EndOfStreamError } from "../../../src/bytes/errors.ts";
import { chunkedStream, expectEveryCutToFail, wholeStream } from "../../support/chunked.ts";
import { seededRandom } from "../../support/rfb-encoders/picture.ts";

const unreadBytesMax = 1024 * 1024;

/** A stream whose source notes what it is told. */
function recorded(): { stream: ByteStream; calls: string[] } {
  const calls: string[] = [];
  const stream = new ByteStream({
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
  });
  return { stream, calls };
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

describe("reading", () => {
  test("gives exactly the bytes that are asked for, whatever the chunks", async () => {
    const sent = Uint8Array.from({ length: 100 }, (_, index) => index);
    for (let chunkBytes = 1; chunkBytes <= sent.length; chunkBytes++) {
      const stream = chunkedStream(sent, chunkBytes);
      expect([...(await stream.read(3))]).toEqual([0, 1, 2]);
      expect([...(await stream.read(0))]).toEqual([]);
      expect([...(await stream.read(1))]).toEqual([3]);
      expect([...(await stream.read(96))]).toEqual([...sent.subarray(4)]);
      expect(await stream.readOrEnd(1)).toBeNull();
    }
  });

  test("any chunks and any reads give the same bytes in the same order", async () => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round++) {
      const sent = Uint8Array.from({ length: random(200) }, () => random(256));
      const stream = chunkedStream(sent, 1 + random(20));
      const got: number[] = [];
      while (got.length < sent.length) {
        got.push(...(await stream.read(random(1 + Math.min(30, sent.length - got.length)))));
      }
      expect(got).toEqual([...sent]);
    }
  });

  test("into memory of the caller's, as it comes and no further", async () => {
    const { stream } = recorded();
    stream.push(bytes(1, 2, 3));
    await stream.read(1);
    const target: Uint8Array = new Uint8Array(5);
    const filled = stream.readInto(target);
    stream.push(bytes(4));
    expect(target).toEqual(bytes(2, 3, 4, 0, 0));
    stream.push(bytes(5, 6, 7));
    stream.push(bytes(8));
    await filled;
    expect(target).toEqual(bytes(2, 3, 4, 5, 6));
    await stream.readInto(new Uint8Array(0));
    expect(await stream.read(2)).toEqual(bytes(7, 8));
    await expectEveryCutToFail(bytes(1, 2, 3, 4, 5), (cut) => cut.readInto(new Uint8Array(5)));
  });

  test("says how much came into memory of the caller's before the end", async () => {
    const stream = wholeStream(bytes(1, 2, 3));
    await expect(stream.readInto(new Uint8Array(4))).rejects.toThrow(
      new EndOfStreamError("Connection closed: 3 bytes received, 4 wanted"),
    );
  });

  test("what was given out stays valid when more comes", async () => {
    const { stream } = recorded();
    stream.push(bytes(1, 2, 3));
    const first = await stream.read(2);
    stream.push(bytes(4, 5, 6));
    const joined = await stream.read(3);
    stream.push(bytes(7));
    expect([...first, ...joined]).toEqual([1, 2, 3, 4, 5]);
  });

  test("take gives nothing while a byte is missing, and keeps what is there", () => {
    const { stream } = recorded();
    stream.push(bytes(1, 2));
    stream.push(bytes(3));
    expect(stream.take(4)).toBeNull();
    expect(stream.availableBytes).toBe(3);
    expect(stream.take(3)).toEqual(bytes(1, 2, 3));
    expect(stream.availableBytes).toBe(0);
    expect(stream.take(0)).toEqual(bytes());
  });

  test("byte by byte, in one chunk or in many", async () => {
    for (const stream of [wholeStream(bytes(1, 0, 255)), chunkedStream(bytes(1, 0, 255), 1)]) {
      const next = async () => stream.takeByte() ?? (await stream.readByteOrEnd());
      expect([await next(), await next(), await next(), await next()]).toEqual([1, 0, 255, null]);
    }
  });

  test("takeByte gives nothing before the byte has come", async () => {
    const { stream } = recorded();
    expect(stream.takeByte()).toBeNull();
    const read = stream.readByte();
    stream.push(bytes(0, 8));
    expect(await read).toBe(0);
    expect(stream.takeByte()).toBe(8);
    expect(stream.takeByte()).toBeNull();
    stream.end();
    await expect(stream.readByte()).rejects.toBeInstanceOf(EndOfStreamError);
  });

  test("an empty chunk is nothing", async () => {
    const { stream } = recorded();
    const read = stream.read(1);
    stream.push(bytes());
    stream.push(bytes(9));
    expect(await read).toEqual(bytes(9));
  });

  test("a second reader at the same time is a mistake, and the first one still gets its bytes", async () => {
    const { stream } = recorded();
    const first = stream.read(2);
    await expect(stream.read(1)).rejects.toThrow("Two readers on one ByteStream");
    stream.push(bytes(1, 2));
    expect(await first).toEqual(bytes(1, 2));
    stream.push(bytes(3));
    expect(await stream.read(1)).toEqual(bytes(3));
  });
});

describe("the end", () => {
  test("every missing byte is an EndOfStreamError", () =>
    expectEveryCutToFail(bytes(1, 2, 3, 4, 5), (stream) => stream.read(5)));

  test("says how much there was and how much was wanted", async () => {
    const stream = wholeStream(bytes(1, 2, 3));
    await expect(stream.read(4)).rejects.toThrow(
      new EndOfStreamError("Connection closed: 3 bytes received, 4 wanted"),
    );
    expect(await stream.read(3)).toEqual(bytes(1, 2, 3));
  });

  test("ends a read that is under way", async () => {
    const { stream } = recorded();
    const read = stream.read(2);
    stream.push(bytes(1));
    stream.end();
    await expect(read).rejects.toBeInstanceOf(EndOfStreamError);
  });

  test("an error is what the reader gets, after what had come before it", async () => {
    const { stream } = recorded();
    const broken = new Error("the cable");
    stream.push(bytes(1));
    stream.end(broken);
    expect(await stream.read(1)).toEqual(bytes(1));
    await expect(stream.read(1)).rejects.toBe(broken);
    await expect(stream.readOrEnd(1)).rejects.toBe(broken);
  });

  test("an error ends a read that is under way", async () => {
    const { stream } = recorded();
    const broken = new Error("the cable");
    const read = stream.read(1);
    stream.end(broken);
    await expect(read).rejects.toBe(broken);
  });

  test("the first end counts, and nothing comes after it", async () => {
    const { stream } = recorded();
    stream.end();
    stream.push(bytes(1));
    stream.end(new Error("too late"));
    expect(stream.availableBytes).toBe(0);
    expect(await stream.readOrEnd(1)).toBeNull();
  });
});

describe("readOrEnd", () => {
  test("gives the bytes", async () => {
    expect(await wholeStream(bytes(1, 2)).readOrEnd(2)).toEqual(bytes(1, 2));
    expect(await chunkedStream(bytes(1, 2), 1).readOrEnd(2)).toEqual(bytes(1, 2));
  });

  test("gives null at the end, also while it waits", async () => {
    expect(await wholeStream(bytes()).readOrEnd(2)).toBeNull();
    const { stream } = recorded();
    const read = stream.readOrEnd(2);
    stream.end();
    expect(await read).toBeNull();
  });

  test("throws in the middle", async () => {
    await expect(wholeStream(bytes(1)).readOrEnd(2)).rejects.toBeInstanceOf(EndOfStreamError);
    await expect(chunkedStream(bytes(1), 1).readOrEnd(2)).rejects.toBeInstanceOf(EndOfStreamError);
  });
});

describe("the source", () => {
  test("is paused one byte beyond the limit, once, and resumed when a reader waits", async () => {
    const { stream, calls } = recorded();
    stream.push(new Uint8Array(unreadBytesMax));
    expect(calls).toEqual([]);
    stream.push(bytes(1));
    stream.push(bytes(2));
    expect(calls).toEqual(["pause"]);
    await stream.read(unreadBytesMax + 2);
    expect(calls).toEqual(["pause"]);
    const read = stream.read(1);
    expect(calls).toEqual(["pause", "resume"]);
    stream.push(bytes(3));
    expect(await read).toEqual(bytes(3));
    expect(calls).toEqual(["pause", "resume"]);
  });

  test("is not paused for what a reader is about to take", async () => {
    const { stream, calls } = recorded();
    const read = stream.read(unreadBytesMax + 1);
    stream.push(new Uint8Array(unreadBytesMax + 1));
    stream.push(new Uint8Array(unreadBytesMax));
    expect(calls).toEqual([]);
    await read;
    stream.push(bytes(1));
    expect(calls).toEqual(["pause"]);
  });

  test("is not paused while a reader waits for more than the limit", async () => {
    const { stream, calls } = recorded();
    const read = stream.read(2 * unreadBytesMax);
    for (const extra of [1, -1]) stream.push(new Uint8Array(unreadBytesMax + extra));
    expect((await read).length).toBe(2 * unreadBytesMax);
    expect(calls).toEqual([]);
  });

  test("is paused when a waiting reader is served and over the limit is left", async () => {
    const { stream, calls } = recorded();
    const read = stream.read(1);
    stream.push(new Uint8Array(unreadBytesMax + 2));
    await read;
    expect(calls).toEqual(["pause"]);
  });
});

describe("a large chunk", () => {
  const chunkBytes = 64 * 1024;
  const create = () => new Uint8Array(chunkBytes).fill(7);
  const isFreed = (chunk: Uint8Array) => chunk.buffer.byteLength === 0;

  test.each<[string, (stream: ByteStream) => Promise<unknown>]>([
    ["memory of the caller's", (stream) => stream.readInto(new Uint8Array(chunkBytes))],
    ["one read with what follows", (stream) => stream.read(chunkBytes + 1)],
  ])("is freed when it has been read into %s", async (_, read) => {
    const { stream } = recorded();
    const chunk = create();
    const reading = read(stream);
    stream.push(chunk);
    stream.push(bytes(1));
    await reading;
    expect(isFreed(chunk)).toBe(true);
  });

  test("is freed when it has been read in small parts, which stay", async () => {
    const { stream } = recorded();
    const chunk = create();
    stream.push(chunk);
    const parts: Uint8Array[] = [];
    for (let read = 0; read < chunkBytes; read += 4096) parts.push(await stream.read(4096));
    expect(isFreed(chunk)).toBe(true);
    expect(parts.every((part) => part.every((byte) => byte === 7))).toBe(true);
  });

  test("is not freed while a byte of it is unread", async () => {
    const { stream } = recorded();
    const chunk = create();
    stream.push(chunk);
    await stream.readInto(new Uint8Array(chunkBytes - 1));
    expect(isFreed(chunk)).toBe(false);
    expect(await stream.read(1)).toEqual(bytes(7));
    expect(isFreed(chunk)).toBe(true);
  });

  test("is freed when only less than half of it was given out", async () => {
    const { stream } = recorded();
    const chunk = create();
    stream.push(chunk);
    const given = await stream.read(chunkBytes / 2 - 1);
    await stream.readInto(new Uint8Array(chunkBytes / 2 + 1));
    expect(isFreed(chunk)).toBe(true);
    expect(given).toEqual(new Uint8Array(chunkBytes / 2 - 1).fill(7));
  });

  test("that is read is not kept in the pieces in which it comes", async () => {
    const { stream } = recorded();
    const reading = stream.read(5000);
    for (let count = 1; count < 5000; count++) {
      stream.push(bytes(count & 255));
      expect(stream.availableBytes).toBe(0);
    }
    stream.push(bytes(1, 2));
    expect((await reading).subarray(4998)).toEqual(bytes(4999 & 255, 1));
    expect(await stream.read(1)).toEqual(bytes(2));
  });

  test("is not freed when a part of it was given out", async () => {
    const { stream } = recorded();
    const chunk = create();
    stream.push(chunk);
    const givenBytes = chunkBytes / 2;
    const given = await stream.read(givenBytes);
    await stream.readInto(new Uint8Array(chunkBytes - givenBytes));
    expect(given).toEqual(chunk.subarray(0, givenBytes));
    // The next chunk is another matter.
    const next = create();
    stream.push(next);
    await stream.readInto(new Uint8Array(chunkBytes));
    expect([isFreed(chunk), isFreed(next)]).toEqual([false, true]);
  });

  test("is not freed when its memory holds more than the chunk", async () => {
    const { stream } = recorded();
    const memory = new Uint8Array(chunkBytes + 1);
    stream.push(memory.subarray(0, chunkBytes));
    await stream.readInto(new Uint8Array(chunkBytes));
    expect(isFreed(memory)).toBe(false);
  });
});
