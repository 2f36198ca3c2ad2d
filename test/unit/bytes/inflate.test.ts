import { describe, expect, test } from "bun:test";
import zlib from "node:zlib";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { InflateStream, selfTest, type ZlibInflate } from "../../../src/bytes/inflate.ts";
import { DeflateStream } from "../../support/rfb-encoders/deflate-stream.ts";
import { seededRandom } from "../../support/rfb-encoders/picture.ts";

const hello = Buffer.from("789c4a4c4a4e494d4bcf5048843200000000ffff", "hex");
const helloText = "abcdefgh abcdefgh";

/** All that there is, without a pause. */
class InflateAtOnce {
  readonly #stream: InflateStream;

  constructor(what: string) {
    this.#stream = new InflateStream(what);
  }

  start(compressed: Uint8Array): void {
    this.#stream.start(compressed);
  }

  inflate(output: Uint8Array, offset: number, count: number): void {
    toTheEnd(this.#stream.inflate(output, offset, count));
  }

  inflateSome(output: Uint8Array, offset: number, count: number): number {
    return toTheEnd(this.#stream.inflateSome(output, offset, count));
  }

  finish(): void {
    toTheEnd(this.#stream.finish());
  }

  reset(): void {
    this.#stream.reset();
  }

  close(): void {
    this.#stream.close();
  }
}

function toTheEnd<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

describe("InflateStream", () => {
  test("inflates literal bytes in pieces of every size", () => {
    for (let piece = 1; piece <= helloText.length; piece++) {
      const stream = new InflateAtOnce("test");
      const output = new Uint8Array(helloText.length);
      stream.start(hello);
      for (let at = 0; at < output.length; at += piece) {
        stream.inflate(output, at, Math.min(piece, output.length - at));
      }
      stream.finish();
      expect(text(output)).toBe(helloText);
      stream.close();
    }
  });

  test("builds on all that came before, over many parts of all sizes", async () => {
    const random = seededRandom(1);
    const sender = new DeflateStream();
    const stream = new InflateAtOnce("test");
    for (let part = 0; part < 200; part++) {
      const sent = Uint8Array.from({ length: random(part % 10 === 0 ? 90000 : 300) }, () =>
        random(4),
      );
      const output = new Uint8Array(sent.length);
      stream.start(await sender.deflate(sent));
      const first = random(sent.length + 1);
      stream.inflate(output, 0, first);
      stream.inflate(output, first, sent.length - first);
      stream.finish();
      expect(Buffer.from(output).equals(sent)).toBe(true);
    }
    stream.close();
  });

  test("inflateSome gives fewer bytes only at the end", () => {
    const stream = new InflateAtOnce("test");
    const output = new Uint8Array(100);
    stream.start(hello);
    expect(stream.inflateSome(output, 0, 10)).toBe(10);
    expect(stream.inflateSome(output, 10, 90)).toBe(7);
    expect(stream.inflateSome(output, 17, 83)).toBe(0);
    stream.finish();
    expect(text(output.subarray(0, 17))).toBe(helloText);
    stream.close();
  });

  test("writes nothing beyond what is asked for, however much a small part would become", async () => {
    const compressed = await new DeflateStream(9).deflate(new Uint8Array(10_000_000).fill(7));
    expect(compressed.length).toBeLessThan(20_000);
    const stream = new InflateAtOnce("test");
    const output = new Uint8Array(30);
    stream.start(compressed);
    stream.inflate(output, 10, 10);
    expect([...output]).toEqual([...Array(10).fill(0), ...Array(10).fill(7), ...Array(10).fill(0)]);
    expect(() => stream.finish()).toThrow(
      new ProtocolError("Cannot inflate test: data left over, wanted its end"),
    );
    stream.close();
  });

  test("refuses a part cut short at any byte", () => {
    // The last 5 bytes are the empty block of the flush, and the byte before ends the last code.
    for (let length = 0; length < hello.length - 5; length++) {
      const stream = new InflateAtOnce("test");
      stream.start(hello.subarray(0, length));
      expect(() => stream.inflate(new Uint8Array(17), 0, 17), `${length} bytes`).toThrow(
        ProtocolError,
      );
      stream.close();
    }
  });

  test("refuses a part that holds one byte more than is taken", () => {
    const stream = new InflateAtOnce("test");
    stream.start(hello);
    stream.inflate(new Uint8Array(16), 0, 16);
    expect(() => stream.finish()).toThrow(ProtocolError);
    stream.close();
  });

  test("refuses bytes behind the end of the zlib stream", () => {
    const stream = new InflateAtOnce("test");
    stream.start(Buffer.concat([zlib.deflateSync(Buffer.from("ab")), Uint8Array.of(1)]));
    stream.inflate(new Uint8Array(2), 0, 2);
    expect(() => stream.finish()).toThrow(ProtocolError);
    stream.close();
  });

  test("refuses bytes that are no zlib data, with the reason", () => {
    const stream = new InflateAtOnce("ZRLE rectangle");
    stream.start(Uint8Array.of(1, 2, 3, 4));
    expect(() => stream.inflateSome(new Uint8Array(9), 0, 9)).toThrow(
      new ProtocolError("Cannot inflate ZRLE rectangle: incorrect header check"),
    );
    stream.close();
  });

  test("begins a new stream after a reset", () => {
    const stream = new InflateAtOnce("test");
    for (let round = 0; round < 3; round++) {
      const output = new Uint8Array(17);
      stream.start(hello);
      stream.inflate(output, 0, 17);
      stream.finish();
      expect(text(output)).toBe(helloText);
      stream.reset();
    }
    stream.close();
  });
});

test("lets others run while it goes through blocks that hold nothing", () => {
  const emptyBlock = Buffer.from("000000ffff", "hex");
  const stream = new InflateStream("test");
  stream.start(Buffer.concat([hello, ...Array<Buffer>(100_000).fill(emptyBlock)]));
  toTheEnd(stream.inflate(new Uint8Array(17), 0, 17));
  let pauses = 0;
  for (const _ of stream.finish()) pauses++;
  expect(pauses).toBeGreaterThan(20);
  stream.close();
});

test("says so when it is used after its end", () => {
  const stream = new InflateAtOnce("test");
  stream.close();
  stream.start(hello);
  expect(() => stream.inflateSome(new Uint8Array(1), 0, 1)).toThrow(
    "Cannot inflate test: stream closed",
  );
});

describe("selfTest", () => {
  const create = () => zlib.createInflate({ chunkSize: 64 }) as unknown as ZlibInflate;

  test("passes in this Bun", () => {
    expect(() => selfTest(create())).not.toThrow();
  });

  test("refuses a Bun without the handle", () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const without = { reset() {}, close: resolve } as unknown as ZlibInflate;
    expect(() => selfTest(without)).toThrow(
      `Cannot use zlib of Bun ${Bun.version}: its synchronous inflate works differently, wanted as in 1.4.5`,
    );
    return closed;
  });

  test("refuses a handle that does nothing, leaves its state alone, or hides errors", () => {
    const silent = create();
    handleOf(silent).writeSync = () => {};
    expect(() => selfTest(silent)).toThrow("wanted as in 1.4.5");

    const stale = { ...handleAndState(create()), _writeState: new Uint32Array(2) };
    expect(() => selfTest(stale)).toThrow("wanted as in 1.4.5");

    const real = create();
    const deaf = {
      ...handleAndState(real),
      _handle: {
        writeSync: handleOf(real).writeSync.bind(handleOf(real)),
        set onerror(_: unknown) {
          handleOf(real).onerror = () => {};
        },
      },
    } as ZlibInflate;
    expect(() => selfTest(deaf)).toThrow("wanted as in 1.4.5");
  });

  function handleOf({ _handle: handle }: ZlibInflate) {
    if (handle === null) throw new Error("closed");
    return handle;
  }

  function handleAndState(real: ZlibInflate): ZlibInflate {
    return {
      _handle: real._handle,
      _writeState: real._writeState,
      reset: () => real.reset(),
      close: () => real.close(),
    };
  }
});
