import { describe, expect, test } from "bun:test";
import { keysymOfKey } from "../../../../src/hosts/input/named-keys.ts";
import { keysymsOfText } from "../../../../src/hosts/input/typed-text.ts";

describe("a text is typed", () => {
  test.each([
    ["aA~", [0x61, 0x41, 0x7e]],
    ["ü\u00a0ÿ", [0xfc, 0xa0, 0xff]],
    ["€", [0x20ac]],
    ["αЖ", [0x010003b1, 0x01000416]],
    ["😀", [0x0101f600]],
    // Combining accents: what dead keys would make of them.
    ["u\u0308", [0xfc]],
    ["a\nb\r\nc\rd\te", [0x61, 0xff0d, 0x62, 0xff0d, 0x63, 0xff0d, 0x64, 0xff09, 0x65]],
    ["", []],
  ])("%j", (text, keysyms) => {
    expect(keysymsOfText(text)).toEqual(keysyms);
  });

  test.each(["a\0", "\x7f", "\u0085", "\ud83d"])("but not %j", (text) => {
    expect(keysymsOfText(text)).toBeNull();
  });
});

describe("a key has the name that a browser gives it", () => {
  test.each([
    ["a", 0, 0x61],
    ["A", 0, 0x41],
    ["ü", 0, 0xfc],
    [" ", 0, 0x20],
    ["Enter", 0, 0xff0d],
    ["Enter", 3, 0xff8d],
    ["5", 3, 0xffb5],
    ["5", 0, 0x35],
    ["Shift", 1, 0xffe1],
    ["Shift", 2, 0xffe2],
    ["Control", 2, 0xffe4],
    ["AltGraph", 2, 0xfe03],
    ["Delete", 0, 0xffff],
    ["F1", 0, 0xffbe],
    ["F12", 0, 0xffc9],
    ["F35", 0, 0xffe0],
  ] as const)("%s at %d", (key, location, keysym) => {
    expect(keysymOfKey(key, location)).toBe(keysym);
  });

  test.each(["Dead", "Unidentified", "Process", "F36", "F0", "ab", "", "constructor", "enter"])(
    "but not %j",
    (key) => {
      expect(keysymOfKey(key)).toBeNull();
    },
  );
});
