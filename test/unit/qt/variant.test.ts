/** Both directions against what Qt 5 and Qt 6 write. */
import { describe, expect, test } from "bun:test";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import {
  byteArray,
  decodeVariant,
  encodeVariant,
  int,
  map,
  string,
  stringList,
  uuid,
  type Variant,
} from "../../../src/qt/variant.ts";
import { failureOf } from "../../support/failure.ts";
import { seededRandom } from "../../support/rfb-encoders/picture.ts";
import { fixture } from "../../support/transcript.ts";

interface Vector {
  readonly value: string;
  readonly qt5?: string;
  readonly qt6?: string;
}

const { vectors }: { vectors: Vector[] } = JSON.parse(fixture("qvariant-vectors.json"));

const rect = (left: number, top: number, right: number, bottom: number): Variant => ({
  type: "QRect",
  value: { left, top, right, bottom },
});

/**
 * What each vector's description says. A map's keys are in Qt 5's order, which is that of our
 * encoder's input.
 */
const values: Record<string, Variant> = {
  "bool true": { type: "Bool", value: true },
  "bool false": { type: "Bool", value: false },
  "int 3": int(3),
  "int -1": int(-1),
  "longlong 5000000000": { type: "LongLong", value: 5000000000n },
  "string 'ab'": string("ab"),
  "string ''": string(""),
  "string null": string(null),
  "string U+00E4 U+1F600": string("\u00e4\u{1f600}"),
  "bytes 'xyz'": byteArray(new TextEncoder().encode("xyz")),
  "bytes ''": byteArray(new Uint8Array(0)),
  "bytes null": { type: "QByteArray", value: null },
  uuid: uuid("edad8259-b4ef-4ca5-90e6-f238d0fda694"),
  "uuid null": uuid("00000000-0000-0000-0000-000000000000"),
  "stringlist ['a','b']": stringList(["a", "b"]),
  "stringlist []": stringList([]),
  "list [1,'a']": { type: "QVariantList", value: [int(1), string("a")] },
  "list []": { type: "QVariantList", value: [] },
  "map {}": map([]),
  "map {'0':1,'1':2,'2':3}": map([
    ["2", int(3)],
    ["1", int(2)],
    ["0", int(1)],
  ]),
  "map {'0':1,'10':2,'4':3}": map([
    ["4", int(3)],
    ["10", int(2)],
    ["0", int(1)],
  ]),
  "map {'name':'S','geometry':rect 0,0 64x48}": map([
    ["name", string("S")],
    ["geometry", rect(0, 0, 63, 47)],
  ]),
  "rect 0,0 64x48": rect(0, 0, 63, 47),
  "rect 10,20 300x200": rect(10, 20, 309, 219),
  "rect null": rect(0, 0, -1, -1),
  invalid: { type: "Invalid" },
};

/** Veyon's own receiver refuses it, and no Veyon sends it. */
const refusedVectors = ["double 1.5"];

function encode(variant: Variant): Uint8Array {
  const writer = new ByteWriter();
  encodeVariant(writer, variant);
  return writer.finish();
}

/** All of the bytes, as one variant. */
function decode(bytes: Uint8Array): Variant {
  const cursor = new Cursor(bytes, "variant");
  const variant = decodeVariant(cursor);
  expect(cursor.remaining).toBe(0);
  return variant;
}

test("the vectors are those that are known here", () => {
  const described = [...Object.keys(values), ...refusedVectors];
  expect(vectors.map(({ value }) => value).sort()).toEqual(described.sort());
});

const known = vectors.filter(({ value }) => value in values);

describe.each(known)("$value", ({ value, qt5, qt6 }) => {
  const spellings = [qt5, qt6].filter((hex) => hex !== undefined);

  test("is read as Qt 5 and Qt 6 write it", () => {
    for (const hex of spellings) expect(decode(Uint8Array.fromHex(hex))).toEqual(values[value]);
  });

  test("is written as Qt 5 writes it", () => {
    expect(encode(values[value]).toHex()).toBe(qt5!);
  });

  test("is refused when cut short anywhere", () => {
    for (const bytes of spellings.map((hex) => Uint8Array.fromHex(hex))) {
      for (let length = 0; length < bytes.length; length++) {
        expect(() => decode(bytes.subarray(0, length))).toThrow(EndOfStreamError);
      }
    }
  });
});

test("the order of a map's keys is kept as it came", () => {
  const { qt5, qt6 } = vectors.find(({ value }) => value.startsWith("map {'0':1,'10'"))!;
  const keys = (hex: string) => {
    const variant = decode(Uint8Array.fromHex(hex));
    return variant.type === "QVariantMap" ? [...variant.value.keys()] : [];
  };
  expect(keys(qt5!)).toEqual(["4", "10", "0"]);
  expect(keys(qt6!)).toEqual(["0", "10", "4"]);
});

test.each(["00000002ff00000003", "000000020100000003"])("the null flag is ignored: %s", (hex) => {
  expect(decode(Uint8Array.fromHex(hex))).toEqual(int(3));
});

test("any byte but 0 is true", () => {
  expect(decode(Uint8Array.fromHex("000000010002"))).toEqual({ type: "Bool", value: true });
});

test("a byte order mark is part of the text", () => {
  const hex = "0000000a0000000004feff0061";
  expect(decode(Uint8Array.fromHex(hex))).toEqual(string("\ufeffa"));
});

const unknownTypes = [3, 5, 6, 7, 11 + 2, 17, 29, 31, 1024, 0x7fffffff, 0xffffffff];

test.each(unknownTypes)("type %d is refused", async (type) => {
  const bytes = new ByteWriter().u32(type).u8(0).i64(0n).finish();
  const failure = await failureOf(() => decode(bytes));
  expect(failure).toBeInstanceOf(ProtocolError);
  expect(failure.message).toStartWith(`Cannot decode variant: type ${type}, wanted one of 0, 1, 2`);
});

test("whatever is written is read back", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 500; round++) {
    const variant = randomVariant(0);
    expect(decode(encode(variant))).toEqual(variant);
  }

  function randomText(): string {
    return String.fromCharCode(...Array.from({ length: random(6) }, () => random(65536)));
  }

  function randomVariant(depth: number): Variant {
    const number = random(2 ** 31) * (random(2) === 0 ? 1 : -1);
    switch (random(depth < 3 ? 11 : 8)) {
      case 0:
        return { type: "Invalid" };
      case 1:
        return { type: "Bool", value: random(2) === 0 };
      case 2:
        return int(number);
      case 3:
        return { type: "LongLong", value: BigInt(number) * 0x10001n };
      case 4:
        return string(random(5) === 0 ? null : randomText());
      case 5:
        return byteArray(Uint8Array.from({ length: random(9) }, () => random(256)));
      case 6:
        return rect(number, -number, random(100), random(100));
      case 7:
        return uuid(crypto.randomUUID());
      case 8:
        return stringList(Array.from({ length: random(4) }, randomText));
      case 9:
        return {
          type: "QVariantList",
          value: Array.from({ length: random(4) }, () => randomVariant(depth + 1)),
        };
      default:
        return map(
          Array.from(
            { length: random(4) },
            () => [randomText(), randomVariant(depth + 1)] as const,
          ),
        );
    }
  }
});
