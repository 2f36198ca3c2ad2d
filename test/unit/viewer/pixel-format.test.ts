/** Pixels 0x??RRGGBB as viewers want them. */
import { describe, expect, test } from "bun:test";
import { Cursor } from "../../../src/bytes/cursor.ts";
import { decodePixelFormat, serverPixelFormat } from "../../../src/viewer/pixel-format.ts";

function formatOf(hex: string) {
  return decodePixelFormat(new Cursor(Uint8Array.fromHex(hex.replaceAll(/\s/g, "")), "test"));
}

/**
 * Three colours in two rows, with words around them that are not to be written; what their unused
 * byte holds is no matter.
 */
const colours = {
  width: 2,
  rows: 2,
  words: Int32Array.of(0, 0x77123456, 0x00ffffff, 0, 0xff8000c0 | 0, 0, 0),
  start: 1,
  stride: 3,
};

describe("PIXELs", () => {
  test.each([
    ["ours", "20 18 00 01 00ff00ff00ff 10 08 00 000000", "56341200 ffffff00 c0008000 00000000"],
    ["noVNC's", "20 18 00 01 00ff00ff00ff 00 08 10 000000", "12345600 ffffff00 8000c000 00000000"],
    [
      "32 bits, big-endian",
      "20 18 01 01 00ff00ff00ff 10 08 00 000000",
      "00123456 00ffffff 008000c0 00000000",
    ],
    [
      "32 bits, big-endian, in the upper bytes",
      "20 20 01 01 00ff00ff00ff 18 10 08 000000",
      "12345600 ffffff00 8000c000 00000000",
    ],
    ["30 bits", "20 1e 00 01 03ff03ff03ff 14 0a 00 000000", "59458304 ffffff3f 02032020 00000000"],
    ["16 bits, 5 6 5", "10 10 00 01 001f003f001f 0b 05 00 000000", "aa11 ffff 1780 0000"],
    ["16 bits, big-endian", "10 10 01 01 001f003f001f 0b 05 00 000000", "11aa ffff 8017 0000"],
    ["15 bits, blue first", "10 0f 00 01 001f001f001f 00 05 0a 000000", "c228 ff7f 105c 0000"],
    ["8 bits, 3 3 2", "08 08 00 01 000700070003 05 02 00 000000", "05 ff 82 00"],
    ["8 bits, 2 2 2 of TigerVNC", "08 06 00 01 000300030003 04 02 00 000000", "05 3f 22 00"],
    ["3 bits", "08 03 00 01 000100010001 02 01 00 000000", "00 07 05 00"],
  ])("of %s", (_name, format, wanted) => {
    const bytes = formatOf(format).encode(colours);
    expect(bytes.toHex()).toBe(wanted.replaceAll(" ", ""));
  });

  test("are ours before a viewer says anything", () => {
    expect(serverPixelFormat().encode(colours).toHex()).toBe("56341200ffffff00c000800000000000");
  });
});

describe("TPIXELs", () => {
  test.each([
    [
      "R, G, B of 24 bits",
      "20 18 00 01 00ff00ff00ff 10 08 00 000000",
      "123456 ffffff 8000c0 000000",
    ],
    [
      "the same for every order",
      "20 18 01 01 00ff00ff00ff 00 08 10 000000",
      "123456 ffffff 8000c0 000000",
    ],
    [
      "PIXELs of a depth of 32",
      "20 20 00 01 00ff00ff00ff 00 08 10 000000",
      "12345600 ffffff00 8000c000 00000000",
    ],
    ["PIXELs of 16 bits", "10 10 00 01 001f003f001f 0b 05 00 000000", "aa11 ffff 1780 0000"],
  ])("are %s", (_name, format, wanted) => {
    expect(formatOf(format).encodeTight(colours).toHex()).toBe(wanted.replaceAll(" ", ""));
  });
});

test("formats are told apart, unless Tight is the same in them", () => {
  const keys = [
    "20 18 00 01 00ff00ff00ff 10 08 00 000000",
    "20 18 01 01 00ff00ff00ff 00 08 10 000000",
    "20 20 00 01 00ff00ff00ff 00 08 10 000000",
    "20 20 01 01 00ff00ff00ff 00 08 10 000000",
    "10 10 00 01 001f003f001f 0b 05 00 000000",
    "10 0f 00 01 001f001f001f 0a 05 00 000000",
  ].map((format) => formatOf(format).key);
  expect(keys[0]).toBe(keys[1]);
  expect(new Set(keys).size).toBe(5);
});
