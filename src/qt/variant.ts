/**
 * QVariant in the QDataStream format of Qt 5.5, as far as Veyon uses it: `u32 type, u8 null flag,
 * value`.
 *
 * Surprises: strings count their length in bytes; a map's keys come descending from Qt 5 and
 * ascending from Qt 6; the null flag says nothing (a null string is told by its length).
 * `../../docs/wire-formats.md` has the table.
 */
import type { ByteWriter } from "../bytes/byte-writer.ts";
import type { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { type Uuid, uuidFromBytes, uuidToBytes } from "./uuid.ts";

export const VariantType = {
  Invalid: 0,
  Bool: 1,
  Int: 2,
  LongLong: 4,
  QVariantMap: 8,
  QVariantList: 9,
  QString: 10,
  QStringList: 11,
  QByteArray: 12,
  QRect: 19,
  QUuid: 30,
} as const;

/** Pixels; right and bottom are the last ones inside, so a null rectangle ends at -1. */
export interface QRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Variant =
  | { readonly type: "Invalid" }
  | { readonly type: "Bool"; readonly value: boolean }
  | { readonly type: "Int"; readonly value: number }
  | { readonly type: "LongLong"; readonly value: bigint }
  | { readonly type: "QVariantMap"; readonly value: ReadonlyMap<string, Variant> }
  | { readonly type: "QVariantList"; readonly value: readonly Variant[] }
  | { readonly type: "QString"; readonly value: string | null }
  | { readonly type: "QStringList"; readonly value: readonly string[] }
  | { readonly type: "QByteArray"; readonly value: Uint8Array | null }
  | { readonly type: "QRect"; readonly value: QRect }
  | { readonly type: "QUuid"; readonly value: Uuid };

/** What Veyon's own receiver accepts since 4.7.1. A sender of ours must stay below as well. */
export const variantLimits = {
  stringBytesMax: 65536,
  /** But a host sends what somebody has copied there, however long it is. */
  receivedStringBytesMax: 1024 * 1024,
  byteArrayBytesMax: 16 * 1024 * 1024,
  elementsMax: 1024,
  /** Containers inside each other. */
  depthMax: 3,
} as const;

/**
 * Variants, keys and list entries that one message may hold in all: containers in containers could
 * hold a thousand million within the limits above.
 */
const valuesPerMessageMax = 8192;

/** Counts the values of a message while it is decoded. */
export class ValueCount {
  #left = valuesPerMessageMax;

  /** Throws ProtocolError when there are too many. */
  add(values: number): void {
    this.#left -= values;
    if (this.#left < 0) {
      throw new ProtocolError(
        `Cannot decode message: over ${valuesPerMessageMax} values in it, at most that many allowed`,
      );
    }
  }
}

const nullLength = 0xffffffff;

export const int = (value: number): Variant => ({ type: "Int", value });
export const string = (value: string | null): Variant => ({ type: "QString", value });
export const byteArray = (value: Uint8Array): Variant => ({ type: "QByteArray", value });
export const uuid = (value: Uuid): Variant => ({ type: "QUuid", value });
export const stringList = (value: readonly string[]): Variant => ({ type: "QStringList", value });
export const map = (entries: Iterable<readonly [string, Variant]>): Variant => ({
  type: "QVariantMap",
  value: new Map(entries),
});

export function encodeVariant(writer: ByteWriter, variant: Variant): void {
  writer.u32(VariantType[variant.type]).u8(variant.type === "Invalid" ? 1 : 0);
  switch (variant.type) {
    case "Invalid":
      return;
    case "Bool":
      writer.u8(variant.value ? 1 : 0);
      return;
    case "Int":
      writer.i32(variant.value);
      return;
    case "LongLong":
      writer.i64(variant.value);
      return;
    case "QVariantMap":
      writer.u32(variant.value.size);
      for (const [key, value] of variant.value) {
        encodeString(writer, key);
        encodeVariant(writer, value);
      }
      return;
    case "QVariantList":
      writer.u32(variant.value.length);
      for (const value of variant.value) encodeVariant(writer, value);
      return;
    case "QString":
      encodeString(writer, variant.value);
      return;
    case "QStringList":
      writer.u32(variant.value.length);
      for (const value of variant.value) encodeString(writer, value);
      return;
    case "QByteArray":
      if (variant.value === null) writer.u32(nullLength);
      else writer.u32(variant.value.length).bytes(variant.value);
      return;
    case "QRect":
      writer.i32(variant.value.left).i32(variant.value.top);
      writer.i32(variant.value.right).i32(variant.value.bottom);
      return;
    case "QUuid":
      writer.bytes(uuidToBytes(variant.value));
  }
}

export function decodeVariant(cursor: Cursor, count = new ValueCount(), depth = 0): Variant {
  count.add(1);
  const type = cursor.u32();
  cursor.skip(1);
  switch (type) {
    case VariantType.Invalid:
      return { type: "Invalid" };
    case VariantType.Bool:
      return { type: "Bool", value: cursor.u8() !== 0 };
    case VariantType.Int:
      return { type: "Int", value: cursor.i32() };
    case VariantType.LongLong:
      return { type: "LongLong", value: cursor.i64() };
    case VariantType.QVariantMap: {
      const length = decodeLength(cursor, depth);
      const value = new Map<string, Variant>();
      for (let i = 0; i < length; i++) {
        value.set(decodeString(cursor) ?? "", decodeVariant(cursor, count, depth + 1));
      }
      return { type: "QVariantMap", value };
    }
    case VariantType.QVariantList: {
      const length = decodeLength(cursor, depth);
      return {
        type: "QVariantList",
        value: Array.from({ length }, () => decodeVariant(cursor, count, depth + 1)),
      };
    }
    case VariantType.QString:
      return { type: "QString", value: decodeString(cursor) };
    case VariantType.QStringList: {
      const length = decodeLength(cursor, depth);
      count.add(length);
      return {
        type: "QStringList",
        value: Array.from({ length }, () => decodeString(cursor) ?? ""),
      };
    }
    case VariantType.QByteArray:
      return { type: "QByteArray", value: decodeByteArray(cursor) };
    case VariantType.QRect:
      return {
        type: "QRect",
        value: { left: cursor.i32(), top: cursor.i32(), right: cursor.i32(), bottom: cursor.i32() },
      };
    case VariantType.QUuid:
      return { type: "QUuid", value: uuidFromBytes(cursor.take(16)) };
    default:
      throw new ProtocolError(
        `Cannot decode variant: type ${type}, wanted one of ${Object.values(VariantType).join(", ")}`,
      );
  }
}

function decodeLength(cursor: Cursor, depth: number): number {
  if (depth >= variantLimits.depthMax) {
    throw new ProtocolError(
      `Cannot decode variant: container ${depth + 1} levels deep, at most ${variantLimits.depthMax} allowed`,
    );
  }
  return checkLength("container", cursor.u32(), variantLimits.elementsMax);
}

function decodeString(cursor: Cursor): string | null {
  const length = cursor.u32();
  if (length === nullLength) return null;
  checkLength("string", length, variantLimits.receivedStringBytesMax);
  if (length % 2 !== 0) {
    throw new ProtocolError(`Cannot decode string: ${length} bytes, wanted an even number`);
  }
  return Buffer.from(cursor.take(length)).swap16().toString("utf16le");
}

function decodeByteArray(cursor: Cursor): Uint8Array | null {
  const length = cursor.u32();
  if (length === nullLength) return null;
  return cursor.take(checkLength("byte array", length, variantLimits.byteArrayBytesMax));
}

function checkLength(what: string, length: number, max: number): number {
  if (length > max) {
    throw new ProtocolError(`Cannot decode ${what}: length ${length}, at most ${max} allowed`);
  }
  return length;
}

function encodeString(writer: ByteWriter, value: string | null): void {
  if (value === null) writer.u32(nullLength);
  else writer.u32(value.length * 2).bytes(Buffer.from(value, "utf16le").swap16());
}
