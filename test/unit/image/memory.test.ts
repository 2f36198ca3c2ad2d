import { describe, expect, test } from "bun:test";
import { BufferPool } from "../../../src/image/buffer-pool.ts";
import type { Codec } from "../../../src/image/codec.ts";
import type { EncodedPicture } from "../../../src/image/encoded-picture.ts";
import { PictureCache } from "../../../src/image/picture-cache.ts";
import { pictureLimits } from "../../../src/image/picture-limits.ts";

describe("the pool", () => {
  test("lends at least what is asked for, at most an eighth more from 32 KB on", () => {
    const pool = new BufferPool();
    for (const bytes of [1, 4095, 4096, 4097, 32768, 32769, 100_000, 245_824, 8_294_464]) {
      const { byteLength } = pool.take(bytes);
      expect(byteLength).toBeGreaterThanOrEqual(bytes);
      expect(byteLength).toBeLessThanOrEqual(Math.max(bytes + 4095, bytes * 1.125));
    }
  });

  test("lends again what it got back, but never twice", () => {
    const pool = new BufferPool();
    const [first, second] = [pool.take(100_000), pool.take(100_000)];
    expect(first).not.toBe(second);
    pool.give(first);
    expect(pool.take(50_000)).not.toBe(first);
    expect(pool.take(99_000)).toBe(first);
    expect(pool.take(99_000)).not.toBe(first);
  });

  test("takes no memory that has gone to a worker", () => {
    const pool = new BufferPool();
    const buffer = pool.take(100_000);
    structuredClone(buffer, { transfer: [buffer] });
    pool.give(buffer);
    expect(pool.take(100_000).byteLength).toBeGreaterThanOrEqual(100_000);
  });

  test("keeps no more than its bound; the sizes not used for longest go first", () => {
    const pool = new BufferPool();
    const large = pictureLimits.freeBytesMax / 4;
    const small = pool.take(10_000);
    pool.give(small);
    const buffers = Array.from({ length: 5 }, () => pool.take(large));
    for (const buffer of buffers.slice(0, 3)) pool.give(buffer);
    expect(pool.take(10_000)).toBe(small);
    pool.give(small);
    // With these there are more bytes than the bound: one of the large ones goes, then the small
    // one.
    for (const buffer of buffers.slice(3)) pool.give(buffer);
    const again = Array.from({ length: 5 }, () => pool.take(large));
    expect(again.filter((buffer) => buffers.includes(buffer)).length).toBe(4);
    expect(pool.take(10_000)).not.toBe(small);
  });

  test("does not keep what is larger than its bound", () => {
    const pool = new BufferPool();
    const buffer = pool.take(pictureLimits.freeBytesMax + 1);
    pool.give(buffer);
    expect(pool.take(pictureLimits.freeBytesMax + 1)).not.toBe(buffer);
  });
});

describe("the cache", () => {
  const nothing = new Uint32Array(0);
  const picture = (bytes: number): EncodedPicture => ({
    codec: {} as Codec,
    revision: 1,
    bytes: new Uint8Array(bytes),
    stripOffsets: nothing,
    checksums: nothing,
  });

  test("holds exactly up to its bound", () => {
    const cache = new PictureCache(3 * 4096);
    for (const key of ["a", "b", "c"]) cache.put(key, picture(4096));
    expect(cache.bytes).toBe(3 * 4096);
    cache.put("d", picture(4096));
    expect(cache.bytes).toBe(3 * 4096);
    expect(cache.get("a")).toBeNull();
    expect(cache.get("b")).not.toBeNull();
  });

  test("drops a picture when it is one byte beyond", () => {
    const cache = new PictureCache(3 * 4096 - 1);
    for (const key of ["a", "b", "c"]) cache.put(key, picture(4096));
    expect(cache.bytes).toBe(2 * 4096);
  });

  test("counts no picture twice, and none that is gone", () => {
    const cache = new PictureCache(3 * 4096);
    cache.put("a", picture(4096));
    cache.put("a", picture(1000));
    expect(cache.bytes).toBe(1000);
    cache.delete("a");
    cache.delete("a");
    expect(cache.get("a")).toBeNull();
    expect(cache.bytes).toBe(0);
  });

  test("a picture above the bound pushes nothing out", () => {
    const cache = new PictureCache(8192);
    cache.put("a", picture(4096));
    cache.put("b", picture(8193));
    expect(cache.get("a")).not.toBeNull();
    expect(cache.get("b")).toBeNull();
    expect(cache.bytes).toBe(4096);
  });
});
