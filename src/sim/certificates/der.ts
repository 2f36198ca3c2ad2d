/** DER (X.690): as much of it as a certificate takes. */

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  context: 0x80,
  constructedContext: 0xa0,
} as const;

export const der = {
  boolean: (value: boolean) => element(tag.boolean, Uint8Array.of(value ? 0xff : 0)),
  /** From 0 to 127. */
  integer: (value: number) => element(tag.integer, Uint8Array.of(value)),
  bitString: (bytes: Uint8Array, unusedBits = 0) =>
    element(tag.bitString, Uint8Array.of(unusedBits), bytes),
  octetString: (bytes: Uint8Array) => element(tag.octetString, bytes),
  null: () => element(tag.null),
  objectIdentifier: (dotted: string) => element(tag.objectIdentifier, encodeArcs(dotted)),
  utf8String: (text: string) => element(tag.utf8String, Buffer.from(text)),
  /** The year is one of 1950 to 2049. */
  utcTime: (time: Date) => {
    const digits = time.toISOString().replaceAll(/\D/g, "").slice(2, 14);
    return element(tag.utcTime, Buffer.from(`${digits}Z`));
  },
  sequence: (...parts: readonly Uint8Array[]) => element(tag.sequence, ...parts),
  set: (...parts: readonly Uint8Array[]) => element(tag.set, ...parts),
  /** `[number] IMPLICIT`, of what holds no further elements. */
  context: (number: number, bytes: Uint8Array) => element(tag.context | number, bytes),
  /** `[number]` around further elements. */
  constructedContext: (number: number, ...parts: readonly Uint8Array[]) =>
    element(tag.constructedContext | number, ...parts),
};

function element(tagByte: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tagByte), encodeLength(content.length), content]);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  return Uint8Array.of(0x82, length >> 8, length & 0xff);
}

/**
 * The first two arcs share a byte; the others are in base 128, with a bit that says that more
 * follows.
 */
function encodeArcs(dotted: string): Uint8Array {
  const [first, second, ...arcs] = dotted.split(".").map(Number);
  return Uint8Array.from([40 * first + second, ...arcs.flatMap(encodeArc)]);
}

function encodeArc(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
