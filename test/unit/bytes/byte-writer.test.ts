import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { seededRandom } from "../../support/rfb-encoders/picture.ts";

const values: [string, (writer: ByteWriter) => ByteWriter, string][] = [
  ["u8", (writer) => writer.u8(255), "ff"],
  ["u16", (writer) => writer.u16(65281), "ff01"],
  ["u32", (writer) => writer.u32(4278190081), "ff000001"],
  ["i32", (writer) => writer.i32(-223), "ffffff21"],
  ["i64", (writer) => writer.i64(5000000000n), "000000012a05f200"],
  ["i64, negative", (writer) => writer.i64(-2n), "fffffffffffffffe"],
  ["bytes", (writer) => writer.bytes(Uint8Array.of(1, 2, 3)), "010203"],
  ["no bytes", (writer) => writer.bytes(new Uint8Array(0)), ""],
];

describe.each([0, 1, 2, 64])("with %d bytes expected", (expectedBytes) => {
  test.each(values)("%s", (_name, write, hex) => {
    expect(write(new ByteWriter(expectedBytes)).finish().toHex()).toBe(hex);
  });

  test("all of them, one after the other", () => {
    const writer = new ByteWriter(expectedBytes);
    for (const [, write] of values) write(writer);
    const hex = values.map(([, , part]) => part).join("");
    expect(writer.length).toBe(hex.length / 2);
    expect(writer.finish().toHex()).toBe(hex);
  });
});

test("the bytes given are copied", () => {
  const given = Uint8Array.of(1, 2);
  const writer = new ByteWriter().bytes(given);
  given[0] = 9;
  expect(writer.finish().toHex()).toBe("0102");
});

test("what is written is what a Cursor reads", () => {
  const random = seededRandom(3);
  const writer = new ByteWriter(0);
  const numbers = Array.from({ length: 1000 }, () => random(0x7fffffff));
  for (const number of numbers) {
    writer.u8(number & 0xff).u16(number & 0xffff);
    writer
      .u32(number)
      .i32(-number)
      .i64(BigInt(number) << 20n);
  }
  const cursor = new Cursor(writer.finish(), "test");
  for (const number of numbers) {
    expect(cursor.u8()).toBe(number & 0xff);
    expect(cursor.u16()).toBe(number & 0xffff);
    expect(cursor.u32()).toBe(number);
    expect(cursor.i32()).toBe(-number | 0);
    expect(cursor.i64()).toBe(BigInt(number) << 20n);
  }
  expect(cursor.remaining).toBe(0);
});
