/** Veyon's messages: what is encoded is decoded, and whatever bytes come are decoded or refused. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import type { Variant } from "../../../src/qt/variant.ts";
import { parseUuid, uuidFromBytes, uuidToBytes } from "../../../src/qt/uuid.ts";
import { decodeMessageBody, encodeMessage } from "../../../src/veyon/message.ts";

const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const uuid = fc.uuid();
// Half a surrogate pair is a text as well, in UTF-16.
const text = fc.string({ unit: "binary", maxLength: 40 });

const leaf: fc.Arbitrary<Variant> = fc.oneof(
  fc.constant<Variant>({ type: "Invalid" }),
  fc.record({ type: fc.constant("Bool" as const), value: fc.boolean() }),
  fc.record({ type: fc.constant("Int" as const), value: i32 }),
  fc.record({
    type: fc.constant("LongLong" as const),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  }),
  fc.record({ type: fc.constant("QString" as const), value: fc.option(text) }),
  fc.record({
    type: fc.constant("QByteArray" as const),
    value: fc.option(fc.uint8Array({ maxLength: 50 })),
  }),
  fc.record({
    type: fc.constant("QRect" as const),
    value: fc.record({ left: i32, top: i32, right: i32, bottom: i32 }),
  }),
  fc.record({ type: fc.constant("QUuid" as const), value: uuid }),
);

const stringList: fc.Arbitrary<Variant> = fc.record({
  type: fc.constant("QStringList" as const),
  value: fc.array(text, { maxLength: 5 }),
});

function containerOf(inner: fc.Arbitrary<Variant>): fc.Arbitrary<Variant> {
  return fc.oneof(
    inner,
    fc.record({
      type: fc.constant("QVariantList" as const),
      value: fc.array(inner, { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant("QVariantMap" as const),
      value: fc.array(fc.tuple(text, inner), { maxLength: 4 }).map((entries) => new Map(entries)),
    }),
  );
}

/** Up to three containers inside each other. */
const variant = containerOf(containerOf(fc.oneof(stringList, containerOf(leaf))));

describe("a message", () => {
  test("is decoded to what was encoded", () => {
    fc.assert(
      fc.property(fc.array(variant, { maxLength: 8 }), (variants) => {
        const decoded = decodeMessageBody(encodeMessage(variants).subarray(4));
        expect(decoded).toEqual(variants);
      }),
    );
  });

  test("cut anywhere but between its values is refused", () => {
    fc.assert(
      fc.property(variant, fc.nat(), (value, cut) => {
        const body = encodeMessage([value]).subarray(4);
        const part = body.subarray(0, 1 + (cut % Math.max(1, body.length - 1)));
        if (part.length === body.length) return;
        expect(() => decodeMessageBody(part)).toThrow(ProtocolError);
      }),
    );
  });

  test("of any bytes is decoded or refused, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeMessageBody(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("with a few bytes changed as well", () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(variant, { maxLength: 4 }), changes, (variants, spoilt) => {
        const body = encodeMessage(variants).slice(4);
        for (const { at, byte } of spoilt) if (body.length > 0) body[at % body.length] = byte;
        try {
          decodeMessageBody(body);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test("a UUID is the same in all its spellings", () => {
  fc.assert(
    fc.property(uuid, (id) => {
      expect(uuidFromBytes(uuidToBytes(id))).toBe(id);
      for (const spelt of [id, id.toUpperCase(), `{${id}}`, `{${id.toUpperCase()}}`]) {
        expect(parseUuid(spelt)).toBe(id);
      }
      for (const wrong of [`{${id}`, `${id}}`, ` ${id}`, id.replaceAll("-", "")]) {
        expect(parseUuid(wrong)).toBeNull();
      }
    }),
  );
});
