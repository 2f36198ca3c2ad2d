import { expect, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";

const freeBytesMax = 32 * 1024 * 1024;

test("lends at least what is asked for, at most an eighth more from 32 KB on", () => {
  const pool = new BufferPool(freeBytesMax);
  for (const bytes of [1, 4095, 4096, 4097, 32768, 32769, 100_000, 245_824, 8_294_464]) {
    const { byteLength } = pool.take(bytes);
    expect(byteLength).toBeGreaterThanOrEqual(bytes);
    expect(byteLength).toBeLessThanOrEqual(Math.max(bytes + 4095, bytes * 1.125));
  }
});

test("lends again what it got back, but never twice", () => {
  const pool = new BufferPool(freeBytesMax);
  const [first, second] = [pool.take(100_000), pool.take(100_000)];
  expect(first).not.toBe(second);
  pool.give(first);
  expect(pool.take(50_000)).not.toBe(first);
  expect(pool.take(99_000)).toBe(first);
  expect(pool.take(99_000)).not.toBe(first);
});

test("takes no memory that has gone to a worker", () => {
  const pool = new BufferPool(freeBytesMax);
  const buffer = pool.take(100_000);
  structuredClone(buffer, { transfer: [buffer] });
  pool.give(buffer);
  expect(pool.take(100_000).byteLength).toBeGreaterThanOrEqual(100_000);
});

test("keeps no more than its bound; the sizes not used for longest go first", () => {
  const pool = new BufferPool(freeBytesMax);
  const large = freeBytesMax / 4;
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
  const pool = new BufferPool(freeBytesMax);
  const buffer = pool.take(freeBytesMax + 1);
  pool.give(buffer);
  expect(pool.take(freeBytesMax + 1)).not.toBe(buffer);
});

test("frees what it does not keep at once, and not at some collection", () => {
  const pool = new BufferPool(freeBytesMax);
  const [kept, dropped] = [pool.take(10_000), pool.take(freeBytesMax + 1)];
  pool.give(dropped);
  pool.give(kept);
  expect([kept.byteLength > 0, dropped.detached]).toEqual([true, true]);
});
