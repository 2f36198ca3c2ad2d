/** Each limit is met, and then passed by one. */
import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import {
  decodeVariant,
  encodeVariant,
  type Variant,
  VariantType,
} from "../../../src/qt/variant.ts";
import { failureOf } from "../../support/failure.ts";

const stringBytesMax = 1024 * 1024;
const byteArrayBytesMax = 16 * 1024 * 1024;
const elementsMax = 1024;

/** The start of a variant with a length or a count. */
function header(type: number, length: number): ByteWriter {
  return new ByteWriter().u32(type).u8(0).u32(length);
}

function decode(writer: ByteWriter): Variant {
  return decodeVariant(new Cursor(writer.finish(), "variant"));
}

async function expectRefused(writer: ByteWriter, message: string): Promise<void> {
  const failure = await failureOf(() => decode(writer));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toBe(message);
}

const emptyText = Uint8Array.of(0, 0, 0, 0);

/** Containers by how one element is spelled. */
const containers: [string, number, Uint8Array][] = [
  ["QVariantList", VariantType.QVariantList, Uint8Array.of(0, 0, 0, 0, 1)],
  ["QStringList", VariantType.QStringList, emptyText],
];

describe("lengths", () => {
  test("a string of as many bytes as allowed, and of two more", async () => {
    const longest = header(VariantType.QString, stringBytesMax).bytes(
      new Uint8Array(stringBytesMax).fill(0x61),
    );
    expect(decode(longest)).toEqual({
      type: "QString",
      value: "\u6161".repeat(stringBytesMax / 2),
    });
    await expectRefused(
      header(VariantType.QString, stringBytesMax + 2),
      "Cannot decode string: length 1048578, at most 1048576 allowed",
    );
  });

  test("a string of an odd length", () =>
    expectRefused(
      header(VariantType.QString, 3).bytes(new Uint8Array(3)),
      "Cannot decode string: 3 bytes, wanted an even number",
    ));

  test("a byte array of as many bytes as allowed, and of one more", async () => {
    const bytes = new Uint8Array(byteArrayBytesMax).fill(7);
    const decoded = decode(header(VariantType.QByteArray, bytes.length).bytes(bytes));
    expect(decoded.type).toBe("QByteArray");
    expect(Buffer.from((decoded as { value: Uint8Array }).value).equals(bytes)).toBe(true);
    await expectRefused(
      header(VariantType.QByteArray, byteArrayBytesMax + 1),
      "Cannot decode byte array: length 16777217, at most 16777216 allowed",
    );
  });

  test.each([VariantType.QString, VariantType.QByteArray])(
    "the length next to the null length, type %d",
    async (type) => {
      expect(await failureOf(() => decode(header(type, 0xfffffffe)))).toBeInstanceOf(ProtocolError);
    },
  );

  test.each([VariantType.QString, VariantType.QByteArray])(
    "within the limit but more than there is, type %d",
    async (type) => {
      const failure = await failureOf(() => decode(header(type, 1000).u16(0)));
      expect(failure).toBeInstanceOf(EndOfStreamError);
    },
  );
});

describe("counts", () => {
  test.each(containers)("%s", async (name, type, element) => {
    const longest = header(type, elementsMax);
    for (let count = 0; count < elementsMax; count++) longest.bytes(element);
    const decoded = decode(longest) as { type: string; value: unknown[] };
    expect(decoded.type).toBe(name);
    expect(decoded.value).toHaveLength(elementsMax);
    const oneMore = header(type, elementsMax + 1).bytes(new Uint8Array(9000));
    await expectRefused(oneMore, "Cannot decode container: length 1025, at most 1024 allowed");
  });

  test("QVariantMap", async () => {
    const longest = header(VariantType.QVariantMap, elementsMax);
    for (let key = 0; key < elementsMax; key++) {
      longest
        .u32(2)
        .u16(key)
        .bytes(Uint8Array.of(0, 0, 0, 0, 1));
    }
    const decoded = decode(longest);
    expect(decoded.type === "QVariantMap" && decoded.value.size).toBe(elementsMax);
    await expectRefused(
      header(VariantType.QVariantMap, elementsMax + 1),
      "Cannot decode container: length 1025, at most 1024 allowed",
    );
  });

  test("a count that is a lie ends where the bytes end", async () => {
    const failure = await failureOf(() => decode(header(VariantType.QStringList, 3).u32(0)));
    expect(failure).toBeInstanceOf(EndOfStreamError);
  });
});

describe("depth", () => {
  const list = (...value: Variant[]): Variant => ({ type: "QVariantList", value });
  const map = (value: Variant): Variant => ({
    type: "QVariantMap",
    value: new Map([["k", value]]),
  });
  const strings: Variant = { type: "QStringList", value: [] };

  const allowed: [string, Variant][] = [
    ["lists", list(list(list({ type: "Bool", value: true })))],
    ["the list of screens", map(list(map({ type: "Int", value: 1 })))],
    ["a list of texts", map(list(strings))],
    ["beside each other", list(list(list(), list()), list(list()))],
  ];

  test.each(allowed)("three containers inside each other: %s", (_name, variant) => {
    const writer = new ByteWriter();
    encodeVariant(writer, variant);
    expect(decode(writer)).toEqual(variant);
  });

  test.each(allowed.slice(0, 3))("one container around that: %s", (_name, variant) => {
    const writer = new ByteWriter();
    encodeVariant(writer, list(variant));
    return expectRefused(
      writer,
      "Cannot decode variant: container 4 levels deep, at most 3 allowed",
    );
  });

  test("a bottomless list is refused before it is read", async () => {
    const writer = new ByteWriter();
    for (let level = 0; level < 100_000; level++) writer.u32(VariantType.QVariantList).u8(0).u32(1);
    expect(await failureOf(() => decode(writer))).toBeInstanceOf(ProtocolError);
  });
});
