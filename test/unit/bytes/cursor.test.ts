import { describe, expect, test } from "bun:test";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { EndOfStreamError } from "../../../src/bytes/errors.ts";

function cursor(hex: string): Cursor {
  return new Cursor(Uint8Array.fromHex(hex), "test");
}

const values: [string, string, (cursor: Cursor) => unknown, unknown][] = [
  ["u8", "ff", (cursor) => cursor.u8(), 255],
  ["u16", "ff01", (cursor) => cursor.u16(), 65281],
  ["u32", "ff000001", (cursor) => cursor.u32(), 4278190081],
  ["i32", "ffffff21", (cursor) => cursor.i32(), -223],
  ["i32, greatest", "7fffffff", (cursor) => cursor.i32(), 2147483647],
  ["i64", "000000012a05f200", (cursor) => cursor.i64(), 5000000000n],
  ["i64, negative", "fffffffffffffffe", (cursor) => cursor.i64(), -2n],
  ["take", "010203", (cursor) => cursor.take(3).toHex(), "010203"],
  ["skip", "010203", (cursor) => cursor.skip(3), undefined],
];

describe.each(values)("%s", (_name, hex, read, value) => {
  test("reads big-endian and moves on", () => {
    const reader = cursor(`${hex}aa`);
    expect(read(reader)).toBe(value);
    expect(reader.offset).toBe(hex.length / 2);
    expect(reader.remaining).toBe(1);
    expect(reader.u8()).toBe(0xaa);
    expect(reader.remaining).toBe(0);
  });

  test("throws on every missing byte and does not move", () => {
    for (let end = 0; end < hex.length; end += 2) {
      const reader = cursor(hex.slice(0, end));
      expect(() => read(reader)).toThrow(EndOfStreamError);
      expect(reader.offset).toBe(0);
    }
  });
});

test("reads a part of a larger buffer", () => {
  const whole = Uint8Array.fromHex("aabb0102cc");
  const reader = new Cursor(whole.subarray(2, 4), "test");
  expect(reader.u16()).toBe(0x0102);
  expect(() => reader.u8()).toThrow(EndOfStreamError);
});

test("take does not copy", () => {
  const whole = Uint8Array.fromHex("0102");
  const taken = new Cursor(whole, "test").take(2);
  whole[0] = 9;
  expect(taken[0]).toBe(9);
});

test("says what was read, where, and how much is missing", () => {
  const reader = cursor("010203");
  reader.skip(2);
  expect(() => reader.u32()).toThrow(
    new EndOfStreamError("Cannot read test: 1 bytes left at offset 2, 4 wanted"),
  );
});
