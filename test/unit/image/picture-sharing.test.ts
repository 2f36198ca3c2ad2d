import { describe, expect, spyOn, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import type { Codec } from "../../../src/image/strips/codec.ts";
import { FairQueue } from "../../../src/scheduling/fair-queue.ts";
import type { Engine } from "../../../src/image/engines/engine.ts";
import { Engines } from "../../../src/image/engines/engines.ts";
import { PictureCache } from "../../../src/image/picture-cache.ts";
import { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { PictureError } from "../../../src/image/picture-error.ts";
import { pictureLimits } from "../../../src/image/picture-limits.ts";
import { hasChangedSince } from "../../../src/image/strips/encoded-picture.ts";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import { TestFrame } from "../../support/pictures.ts";
import { parameters } from "./fixtures.ts";

/**
 * An engine whose strips are one pixel's worth of text each, and that can be made to wait and to
 * fail.
 */
class TestEngine implements Engine {
  readonly encoded: number[] = [];
  working = 0;
  workingMost = 0;
  failure: Error | null = null;
  #held: (() => void)[] | null = null;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held!;
    this.#held = null;
    for (const go of held) go();
  }

  readonly #codec: Codec = {
    isThreaded: true,
    stripRows: 16,
    encodeStrip: async (strip, { index }) => {
      this.encoded.push(index);
      this.workingMost = Math.max(this.workingMost, ++this.working);
      await new Promise<void>((resolve) => {
        if (this.#held === null) setImmediate(resolve);
        else this.#held.push(resolve);
      });
      this.working--;
      if (this.failure !== null) throw this.failure;
      const body = [Buffer.from(`${index}:${strip.words[16].toString(16)} `)];
      return { body, checksum: 0, header: new Uint8Array(0) };
    },
    encodeHead: () => Buffer.from("< "),
    encodeTail: () => Buffer.from(">"),
  };

  codec = () => this.#codec;
  close(): void {}
}

function setUp(cacheBytesMax = 1024 * 1024) {
  const engine = new TestEngine();
  const pool = new BufferPool(pictureLimits.freeBytesMax);
  const resources = {
    engines: new Engines("bun", () => {}, { wasm: engine, bun: engine, imagescript: engine }),
    cache: new PictureCache(cacheBytesMax),
    slicer: new TimeSlicer(),
    pool,
    inTheMaking: new FairQueue(pictureLimits.queue),
    enlargementMax: 2,
  };
  return { engine, resources, encoder: new PictureEncoder(resources), frame: new TestFrame(8, 40) };
}

function fill(frame: TestFrame, value: number, y = 0, height = frame.height): void {
  frame.paint({ x: 0, y, width: frame.width, height }, () => value);
}

function read({ bytes }: { readonly bytes: Uint8Array }): string {
  return Buffer.from(bytes).toString();
}

/** Lets what is on its way go on until it has to wait for the engine. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The first picture is being made, and the frame has changed since. */
async function changeMeanwhile() {
  const parts = setUp();
  const { engine, encoder, frame } = parts;
  fill(frame, 1);
  engine.hold();
  const first = encoder.encode(frame, parameters());
  await settle();
  fill(frame, 2, 0, 16);
  return { ...parts, first };
}

describe("what is encoded", () => {
  test("all strips at first, then those that have changed, then none", async () => {
    const { engine, encoder, frame } = setUp();
    fill(frame, 1);
    expect(read(await encoder.encode(frame, parameters()))).toBe("< 0:1 1:1 2:1 >");
    fill(frame, 2, 20, 2);
    fill(frame, 2, 16, 1);
    engine.encoded.length = 0;
    expect(read(await encoder.encode(frame, parameters()))).toBe("< 0:1 1:2 2:1 >");
    expect(engine.encoded).toEqual([1]);
    expect(read(await encoder.encode(frame, parameters()))).toBe("< 0:1 1:2 2:1 >");
    expect(engine.encoded).toEqual([1]);
  });

  test("a revision that no strip has is a picture of its own without work", async () => {
    const { engine, encoder, frame } = setUp();
    await encoder.encode(frame, parameters());
    frame.revision++;
    const { revision } = await encoder.encode(frame, parameters());
    expect(revision).toBe(frame.revision);
    expect(engine.encoded).toEqual([0, 1, 2]);
  });

  test("each set of parameters by itself", async () => {
    const { engine, encoder, frame } = setUp();
    await encoder.encode(frame, parameters());
    await encoder.encode(frame, parameters({ compression: 6 }));
    await encoder.encode(frame, parameters({ format: "jpeg" }));
    await encoder.encode(frame, parameters({ width: 4 }));
    expect(engine.encoded.length).toBe(3 + 3 + 3 + 2);
    // The same size by another way, and parameters that do not matter.
    await encoder.encode(frame, parameters({ height: 20, quality: 1 }));
    await encoder.encode(frame, parameters({ format: "jpeg", compression: 1, width: 99 }));
    expect(engine.encoded.length).toBe(3 + 3 + 3 + 2);
  });

  test("another frame starts afresh, even at the same revision", async () => {
    const { encoder, frame, resources } = setUp();
    fill(frame, 1);
    await encoder.encode(frame, parameters());
    const resized = new TestFrame(8, 16);
    fill(resized, 7);
    expect(resized.revision).toBe(frame.revision);
    expect(read(await encoder.encode(resized, parameters()))).toBe("< 0:7 >");
    const sameSize = new TestFrame(8, 16);
    fill(sameSize, 8);
    expect(read(await encoder.encode(sameSize, parameters()))).toBe("< 0:8 >");
    encoder.close();
    expect(resources.cache.bytes).toBe(0);
  });

  test("what was given out stays as it was when newer pictures are made", async () => {
    const { encoder, frame } = setUp();
    const first = await encoder.encode(frame, parameters());
    fill(frame, 7, 16, 16);
    const second = await encoder.encode(frame, parameters());
    fill(frame, 9);
    await encoder.encode(frame, parameters());
    expect([first, second].map(read)).toEqual(["< 0:0 1:0 2:0 >", "< 0:0 1:7 2:0 >"]);
  });
});

describe("requests at the same time", () => {
  test("equal ones share one encode", async () => {
    const { engine, encoder, frame } = setUp();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => encoder.encode(frame, parameters())),
    );
    expect(engine.encoded).toEqual([0, 1, 2]);
    expect(new Set(answers.map(read)).size).toBe(1);
  });

  test("one that comes later but sees the same frame shares, too", async () => {
    const { engine, encoder, frame } = setUp();
    engine.hold();
    const first = encoder.encode(frame, parameters());
    await settle();
    const second = encoder.encode(frame, parameters());
    await settle();
    engine.release();
    expect(read(await second)).toBe(read(await first));
    expect(engine.encoded).toEqual([0, 1, 2]);
  });

  test("after a change the next one is encoded anew, once for all that wait for it", async () => {
    const { engine, encoder, frame, first } = await changeMeanwhile();
    const later = [encoder.encode(frame, parameters()), encoder.encode(frame, parameters())];
    await settle();
    fill(frame, 3, 16, 16);
    later.push(encoder.encode(frame, parameters()));
    engine.release();
    expect(read(await first)).toBe("< 0:1 1:1 2:1 >");
    for (const answer of await Promise.all(later)) expect(read(answer)).toBe("< 0:2 1:3 2:1 >");
    expect(engine.encoded.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 2]);
  });

  test("one whose caller has gone before its turn is not made, unless others want it", async () => {
    const { engine, encoder, frame, resources } = setUp();
    engine.hold();
    const others = Array.from({ length: pictureLimits.queue.runningMax }, () =>
      new PictureEncoder(resources).encode(new TestFrame(4, 16), parameters()),
    );
    await settle();
    const [gone, stays] = [new AbortController(), new AbortController()];
    const want = (width: number, { signal }: AbortController) =>
      encoder.encode(frame, parameters({ width }), { signal });
    const unwanted = want(1, gone);
    const shared = [want(2, gone), want(2, stays)];
    gone.abort();
    engine.release();
    await expect(unwanted).rejects.toMatchObject({ reason: "unwanted" });
    expect((await Promise.all(shared)).map(({ size }) => size.width)).toEqual([2, 2]);
    await Promise.all(others);
  });

  test("one whose caller has gone while it waited for the one before is not shared", async () => {
    const { engine, encoder, frame, first } = await changeMeanwhile();
    const gone = new AbortController();
    const unwanted = encoder.encode(frame, parameters(), { signal: gone.signal });
    await settle();
    gone.abort();
    const wanted = encoder.encode(frame, parameters());
    engine.release();
    expect(read(await first)).toBe("< 0:1 1:1 2:1 >");
    await expect(unwanted).rejects.toMatchObject({ reason: "unwanted" });
    expect(read(await wanted)).toBe("< 0:2 1:1 2:1 >");
  });

  test("one that is made leaves nothing with those who wanted it", async () => {
    const { encoder, frame } = setUp();
    const stays = new AbortController();
    const ended = spyOn(stays.signal, "removeEventListener");
    const started = spyOn(stays.signal, "addEventListener");
    await encoder.encode(frame, parameters(), { signal: stays.signal });
    await settle();
    expect(started.mock.calls.length).toBeGreaterThan(0);
    expect(ended.mock.calls.length).toBe(started.mock.calls.length);
  });

  test("no more pictures and strips at once than the limits say", async () => {
    const { engine, resources } = setUp();
    const tall = 16 * (pictureLimits.stripsAtOnceMax + 5);
    const requests = Array.from({ length: 10 }, () => {
      const encoder = new PictureEncoder(resources);
      return encoder.encode(new TestFrame(4, tall), parameters());
    });
    engine.hold();
    await settle();
    expect(engine.working).toBe(pictureLimits.queue.runningMax * pictureLimits.stripsAtOnceMax);
    engine.release();
    await Promise.all(requests);
    expect(engine.workingMost).toBe(pictureLimits.queue.runningMax * pictureLimits.stripsAtOnceMax);
    expect(engine.encoded.length).toBe(10 * (pictureLimits.stripsAtOnceMax + 5));
  });

  test("a failure reaches all that share it, and the next request starts afresh", async () => {
    const { engine, encoder, frame } = setUp();
    fill(frame, 1);
    await encoder.encode(frame, parameters());
    engine.failure = new Error("no");
    fill(frame, 2, 16, 16);
    const failed = [encoder.encode(frame, parameters()), encoder.encode(frame, parameters())];
    for (const answer of await Promise.allSettled(failed)) expect(answer.status).toBe("rejected");
    engine.failure = null;
    expect(read(await encoder.encode(frame, parameters()))).toBe("< 0:1 1:2 2:1 >");
  });
});

describe("what has changed since an earlier picture", () => {
  test("shows in one that was built upon a still earlier one, whatever was between", async () => {
    const { encoder, frame, resources } = setUp();
    fill(frame, 1);
    const slow = await encoder.encode(frame, parameters());
    fill(frame, 2, 0, 16);
    const quick = await encoder.encode(frame, parameters());
    // Pictures of others take its place in the cache.
    resources.cache.delete(quick.key);
    fill(frame, 1, 0, 16);
    const { encoded } = await encoder.encode(frame, parameters(), { earlier: slow });
    expect(hasChangedSince(encoded, quick.revision)).toBeTrue();
  });

  test("does not where its pixels are the same again", async () => {
    const { encoder, frame } = setUp();
    fill(frame, 1);
    const before = await encoder.encode(frame, parameters());
    fill(frame, 1, 0, 16);
    const { encoded } = await encoder.encode(frame, parameters());
    expect(hasChangedSince(encoded, before.revision)).toBeFalse();
  });
});

describe("closing", () => {
  test("what is on its way is still delivered, but not kept", async () => {
    const { engine, encoder, frame, resources } = setUp();
    engine.hold();
    const answer = encoder.encode(frame, parameters());
    await settle();
    encoder.close();
    engine.release();
    expect(read(await answer)).toBe("< 0:0 1:0 2:0 >");
    expect(resources.cache.bytes).toBe(0);
  });

  test("a closed encoder refuses", async () => {
    const { encoder, frame } = setUp();
    encoder.close();
    const error = await encoder.encode(frame, parameters()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PictureError);
    expect((error as PictureError).reason).toBe("closed");
  });

  test("the pictures of others stay", async () => {
    const { engine, encoder, frame, resources } = setUp();
    const other = new PictureEncoder(resources);
    await encoder.encode(frame, parameters());
    await other.encode(frame, parameters());
    encoder.close();
    engine.encoded.length = 0;
    await other.encode(frame, parameters());
    expect(engine.encoded).toEqual([]);
  });
});

describe("the cache", () => {
  test("is never above its bound; the picture not asked for longest goes first", async () => {
    const { engine, encoder, frame } = setUp(3 * 62);
    const at = async (compression: number) => {
      engine.encoded.length = 0;
      await encoder.encode(frame, parameters({ compression }));
      return engine.encoded.length;
    };
    for (const compression of [1, 2, 3]) expect(await at(compression)).toBe(3);
    expect(await at(1)).toBe(0);
    expect(await at(4)).toBe(3);
    // 2 had to go.
    expect(await at(3)).toBe(0);
    expect(await at(1)).toBe(0);
    expect(await at(2)).toBe(3);
  });

  test("without any memory every picture is made anew", async () => {
    const { engine, encoder, frame, resources } = setUp(0);
    await encoder.encode(frame, parameters());
    await encoder.encode(frame, parameters());
    expect(engine.encoded).toEqual([0, 1, 2, 0, 1, 2]);
    expect(resources.cache.bytes).toBe(0);
  });
});

describe("the pixels of a scaled picture", () => {
  const scaledBytes = 1024 * 576 * 4;

  /** Bytes that the cache has more of after the picture. */
  async function keptBytes(frame: TestFrame, cacheBytesMax: number, compressions = [5]) {
    const { encoder, resources } = setUp(cacheBytesMax);
    const width = frame.width / 2;
    let before = 0;
    for (const compression of compressions) {
      before = resources.cache.bytes;
      await encoder.encode(frame, parameters({ width, compression }));
    }
    return resources.cache.bytes - before;
  }

  test("are kept up to as many as 1024x576, so that only what changes is scaled again", async () => {
    const cacheBytesMax = 64 * 1024 * 1024;
    const kept = (width: number, height: number) =>
      keptBytes(new TestFrame(2 * width, 2 * height), cacheBytesMax);
    expect(await kept(1024, 576)).toBeGreaterThanOrEqual(scaledBytes);
    // As near above that as a picture can be that is no thin line.
    expect(await kept(655, 901)).toBeLessThan(10_000);
    expect(await kept(1200, 675)).toBeLessThan(10_000);
  });

  test("are kept until the cache is half full", async () => {
    const frame = new TestFrame(2048, 1152);
    // For three, and half of it is between one and two.
    const room = 3.5 * scaledBytes;
    expect(await keptBytes(frame, room, [5])).toBeGreaterThanOrEqual(scaledBytes);
    expect(await keptBytes(frame, Math.floor(2.9 * scaledBytes), [5, 6])).toBeGreaterThanOrEqual(
      scaledBytes,
    );
    expect(await keptBytes(frame, room, [5, 6])).toBeGreaterThanOrEqual(scaledBytes);
    expect(await keptBytes(frame, room, [5, 6, 7])).toBeLessThan(10_000);
  });
});

describe("the etag", () => {
  test("is that of the picture that a request would get", async () => {
    const { encoder, frame } = setUp();
    const before = encoder.etag(frame, parameters());
    expect((await encoder.encode(frame, parameters())).etag).toBe(before);
    expect(before).toMatch(/^"[\x21\x23-\x7e]+"$/);
    fill(frame, 2);
    const after = encoder.etag(frame, parameters());
    expect(after).not.toBe(before);
    expect((await encoder.encode(frame, parameters())).etag).toBe(after);
  });

  test("differs by parameters, frame and connection", async () => {
    const { encoder, frame, resources } = setUp();
    const other = new PictureEncoder(resources);
    const etags = [
      encoder.etag(frame, parameters()),
      encoder.etag(frame, parameters({ compression: 6 })),
      encoder.etag(frame, parameters({ format: "jpeg" })),
      encoder.etag(frame, parameters({ width: 4 })),
      other.etag(frame, parameters()),
      encoder.etag(new TestFrame(8, 40), parameters()),
    ];
    expect(new Set(etags).size).toBe(etags.length);
  });

  test("is the same for parameters that give the same picture", () => {
    const { encoder, frame } = setUp();
    expect(encoder.etag(frame, parameters({ width: 4, quality: 3 }))).toBe(
      encoder.etag(frame, parameters({ height: 20 })),
    );
  });
});
