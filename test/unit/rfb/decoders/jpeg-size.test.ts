import { describe, expect, test } from "bun:test";
import { EndOfStreamError, ProtocolError } from "../../../../src/bytes/errors.ts";
import { decodeJpegSize } from "../../../../src/rfb/decoders/jpeg-size.ts";

const start = [0xff, 0xd8];
const app0 = [0xff, 0xe0, 0, 4, 1, 2];
const huffmanTable = [0xff, 0xc4, 0, 3, 0];
const frame = (code: number) => [0xff, code, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 1, 1, 0x11, 0];

test.each([0xc0, 0xc1, 0xc2, 0xcf])("finds the size in frame header %d", (code) => {
  const jpeg = Uint8Array.from([...start, ...app0, ...huffmanTable, 0xff, 0xff, ...frame(code)]);
  expect(decodeJpegSize(jpeg)).toEqual({ width: 0x0304, height: 0x0102 });
});

test("fails wherever the bytes end before the size", () => {
  const jpeg = Uint8Array.from([...start, ...app0, ...frame(0xc0)]);
  const needed = start.length + app0.length + 9;
  for (let length = 0; length < needed; length++) {
    expect(() => decodeJpegSize(jpeg.subarray(0, length))).toThrow(EndOfStreamError);
  }
  decodeJpegSize(jpeg.subarray(0, needed));
});

describe("refuses", () => {
  test.each([
    { what: "another file", bytes: [0x89, 0x50], reason: "no start of image" },
    {
      what: "a byte where a marker belongs",
      bytes: [...start, 7],
      reason: "byte 7, wanted the 255 of a marker",
    },
    {
      what: "an impossible segment",
      bytes: [...start, 0xff, 0xe0, 0, 1],
      reason: "segment of 1 bytes, wanted 2 or more",
    },
  ])("$what", ({ bytes, reason }) => {
    expect(() => decodeJpegSize(Uint8Array.from(bytes))).toThrow(
      new ProtocolError(`Cannot read JPEG header: ${reason}`),
    );
  });
});
