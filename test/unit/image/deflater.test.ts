import { expect, test } from "bun:test";
import { constants, createDeflateRaw, inflateRawSync } from "node:zlib";
import { Deflater } from "../../../src/image/png/deflater.ts";
import { encodeStoredBlocks } from "../../../src/image/png/stored-blocks.ts";
import { noise, text } from "../../support/pictures.ts";
import { painted } from "./fixtures.ts";

const textBytes = new Uint8Array(painted(300, 100, text).pixels.buffer);
const noiseBytes = new Uint8Array(painted(300, 100, noise).pixels.buffer);

const settings = [
  { level: 1, strategy: constants.Z_DEFAULT_STRATEGY },
  { level: 5, strategy: constants.Z_DEFAULT_STRATEGY },
  { level: 5, strategy: constants.Z_RLE },
  { level: 9, strategy: constants.Z_FILTERED },
];

/** A final block that holds nothing: what comes before must not be final and must end on a byte. */
const finalBlock = Uint8Array.of(3, 0);

test("parts in any order make one stream, and equal input gives equal output", async () => {
  const deflater = new Deflater();
  const inputs = [textBytes, noiseBytes, new Uint8Array(0), textBytes.subarray(0, 1)];
  for (const setting of settings) {
    const first = await Promise.all(inputs.map((input) => deflater.deflate(input, setting)));
    const again: Uint8Array[][] = [];
    for (const input of inputs) again.push(await deflater.deflate(input, setting));
    const pieces = first.map((parts) => Buffer.concat(parts));
    expect(again.map((parts) => Buffer.concat(parts))).toEqual(pieces);
    // Whatever comes before a piece: it refers to nothing in it.
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 1, 0],
    ]) {
      const stream = Buffer.concat([...order.map((i) => pieces[i]), finalBlock]);
      const expected = Buffer.concat(order.map((i) => inputs[i]));
      expect(inflateRawSync(stream).equals(expected)).toBe(true);
    }
  }
});

test("more at once than streams are kept", async () => {
  const deflater = new Deflater();
  const setting = settings[1];
  const one = Buffer.concat(await deflater.deflate(textBytes, setting));
  for (let round = 0; round < 3; round++) {
    const many = await Promise.all(
      Array.from({ length: 30 }, () => deflater.deflate(textBytes, setting)),
    );
    for (const parts of many) expect(Buffer.concat(parts).equals(one)).toBe(true);
  }
});

test("of streams that were needed at once eight are kept, and the others closed", async () => {
  let created = 0;
  let closed = 0;
  const deflater = new Deflater((options) => {
    created++;
    return createDeflateRaw(options).once("close", () => closed++);
  });
  const deflate = (count: number) =>
    Promise.all(Array.from({ length: count }, () => deflater.deflate(textBytes, settings[1])));
  await deflate(20);
  await new Promise(setImmediate);
  expect({ created, closed }).toEqual({ created: 20, closed: 12 });
  await deflate(8);
  expect(created).toBe(20);
  await deflate(9);
  expect(created).toBe(21);
});

test("stored blocks, byte for byte", () => {
  expect(encodeStoredBlocks(Uint8Array.of(1, 2, 3)).toHex()).toBe(
    "00" + "0300" + "fcff" + "010203",
  );
  expect(encodeStoredBlocks(new Uint8Array(0)).length).toBe(0);
});

test("stored blocks are read by zlib, at the length of one block and around it", () => {
  for (const length of [1, 65534, 65535, 65536, 131070, 131071]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    const stored = encodeStoredBlocks(bytes);
    expect(stored.length).toBe(length + 5 * Math.ceil(length / 65535));
    expect(inflateRawSync(Buffer.concat([stored, finalBlock])).equals(bytes)).toBe(true);
  }
});
