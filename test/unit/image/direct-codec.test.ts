/** How strips reach a codec that encodes on the calling thread: where they are, or in copies. */
import { describe, expect, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import type { DirectCodec } from "../../../src/image/strips/codec.ts";
import { FairQueue } from "../../../src/scheduling/fair-queue.ts";
import { Engines } from "../../../src/image/engines/engines.ts";
import { PictureCache } from "../../../src/image/picture-cache.ts";
import { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { pictureLimits } from "../../../src/image/picture-limits.ts";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import { TestFrame } from "../../support/pictures.ts";
import { parameters } from "./fixtures.ts";

/** A screen that knows whether it is being looked at while nothing paints. */
class WatchedFrame extends TestFrame {
  isStill = false;

  override async whenStill<T>(use: () => T): Promise<T> {
    this.isStill = true;
    try {
      return use();
    } finally {
      this.isStill = false;
    }
  }
}

/** A codec whose strips are one pixel's worth of text, and which knows where they came from. */
function setUp(width: number, height: number) {
  const frame = new WatchedFrame(width, height);
  const seen = { inFrame: [] as number[], inCopies: [] as number[], outOfTurn: 0 };
  const failing = { is: false };
  const codec: DirectCodec = {
    isThreaded: false,
    stripRows: 16,
    encodeStrip({ words, start }, { index }) {
      if (failing.is) throw new Error("no");
      const isFrame = words.buffer === frame.pixels.buffer;
      (isFrame ? seen.inFrame : seen.inCopies).push(index);
      if (isFrame && !frame.isStill) seen.outOfTurn++;
      const body = [Buffer.from(`${index}:${words[start].toString(16)} `)];
      return { body, checksum: 0, header: new Uint8Array(0) };
    },
    encodeHead: ({ width, height }, level) => Buffer.from(`${width}x${height} ${level}< `),
    encodeTail: () => Buffer.from(">"),
  };
  const engine = { codec: () => codec, close() {} };
  const encoder = new PictureEncoder({
    engines: new Engines("wasm", () => {}, { wasm: engine, bun: engine, imagescript: engine }),
    cache: new PictureCache(1024 * 1024 * 1024),
    slicer: new TimeSlicer(),
    pool: new BufferPool(pictureLimits.freeBytesMax),
    inTheMaking: new FairQueue(pictureLimits.queue),
    enlargementMax: 2,
  });
  const encode = async () => Buffer.from((await encoder.encode(frame, jpeg)).bytes).toString();
  return { frame, seen, failing, encoder, encode };
}

const jpeg = parameters({ format: "jpeg" });

function fill(frame: TestFrame, value: number, y = 0, height = frame.height): void {
  frame.paint({ x: 0, y, width: frame.width, height }, () => value);
}

/** All that happens between two turns of the event loop. */
async function expectOneTurn(done: Promise<unknown>): Promise<void> {
  let isDone = false;
  void done.then(() => (isDone = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDone).toBe(true);
}

describe("of a small picture", () => {
  test("all strips are read where they are, in one turn of the event loop", async () => {
    const { frame, seen, encode } = setUp(320, 40);
    fill(frame, 7);
    const made = encode();
    await expectOneTurn(made);
    expect(await made).toBe("320x40 75< 0:7 1:7 2:7 >");
    expect(seen).toEqual({ inFrame: [0, 1, 2], inCopies: [], outOfTurn: 0 });
  });

  test("a failure is the request's, and the next one starts afresh", async () => {
    const { frame, failing, encode } = setUp(320, 40);
    fill(frame, 7);
    await encode();
    fill(frame, 8, 16, 1);
    failing.is = true;
    expect(await encode().catch(String)).toBe("Error: no");
    failing.is = false;
    expect(await encode()).toBe("320x40 75< 0:7 1:8 2:7 >");
  });
});

describe("of a large picture", () => {
  const strips = 64;
  const large = () => setUp(640, strips * 16);

  test("all strips are copied, and later changes are not in the picture", async () => {
    const { frame, seen, encode } = large();
    fill(frame, 7);
    const made = encode();
    while (!frame.isStill && seen.inCopies.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    fill(frame, 8);
    const shown = Array.from({ length: strips }, (_, index) => `${index}:7 `).join("");
    expect(await made).toBe(`640x${strips * 16} 75< ${shown}>`);
    expect(seen.inFrame).toEqual([]);
    expect(seen.inCopies).toEqual([...Array(strips).keys()]);
  });

  test("a few changed strips are read where they are", async () => {
    const { frame, seen, encode } = large();
    fill(frame, 7);
    await encode();
    seen.inCopies.length = 0;
    fill(frame, 9, 96, 50);
    const made = encode();
    await expectOneTurn(made);
    expect(await made).toContain("5:7 6:9 7:9 8:9 9:9 10:7 ");
    expect(seen).toEqual({ inFrame: [6, 7, 8, 9], inCopies: [], outOfTurn: 0 });
  });
});

test("a preview is read where its pixels are kept", async () => {
  const { frame, seen, encoder } = setUp(320, 320);
  fill(frame, 5);
  const { bytes } = await encoder.encode(frame, parameters({ format: "jpeg", width: 160 }));
  const shown = Array.from({ length: 10 }, (_, index) => `${index}:5 `).join("");
  expect(Buffer.from(bytes).toString()).toBe(`160x160 75< ${shown}>`);
  expect(seen.inFrame).toEqual([]);
});
