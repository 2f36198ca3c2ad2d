import { describe, expect, test } from "bun:test";
import { headerWords, type PixelStrip } from "../../../src/image/strips/pixel-strip.ts";
import {
  combineAdlers,
  encodePngChunk,
  encodePngHead,
  encodePngTail,
} from "../../../src/image/png/png-file.ts";
import { pngRowsBytes, putPngRows } from "../../../src/image/png/png-rows.ts";
import { noise, photo, text } from "../../support/pictures.ts";
import { painted } from "./fixtures.ts";

function strip(width: number, pixels: readonly number[]): PixelStrip {
  const words = new Int32Array(headerWords + pixels.length).fill(-1);
  words.set(pixels, headerWords);
  return { width, rows: pixels.length / width, words, start: headerWords, stride: width };
}

function rows(of: PixelStrip): { hex: string[]; noise: number } {
  const bytes = new Uint8Array(pngRowsBytes(of.width, of.rows)).fill(0xee);
  const share = putPngRows(of, bytes);
  const hex = Array.from({ length: of.rows }, (_, row) =>
    bytes.subarray(row * (1 + 3 * of.width), (row + 1) * (1 + 3 * of.width)).toHex(),
  );
  return { hex, noise: share };
}

describe("scanlines", () => {
  test("R, G, B behind filter none; the top byte is left out", () => {
    expect(rows(strip(2, [0x010203, 0xff_fefdfc, 0x80_102030, 0x000000])).hex).toEqual([
      "00010203fefdfc",
      "00102030000000",
    ]);
  });

  test("a row without repetitions: minus the left in the first row, minus the one above in others", () => {
    const first = Array.from({ length: 17 }, (_, x) => 0x102030 + x * 0x010101);
    const second = first.map((pixel) => {
      const [red, green, blue] = [(pixel >> 16) + 0xff, (pixel >> 8) + 0x01, pixel + 0xfe];
      return 0x80000000 | ((red & 0xff) << 16) | ((green & 0xff) << 8) | (blue & 0xff);
    });
    const { hex, noise: share } = rows(strip(17, [...first, ...second]));
    expect(hex[0]).toBe(`01102030${"010101".repeat(16)}`);
    expect(hex[1]).toBe(`02${"ff01fe".repeat(17)}`);
    expect(share).toBe(1);
  });

  test("differences of one channel do not reach into the next", () => {
    const first = Array.from({ length: 9 }, (_, x) => (x % 2 === 0 ? 0x000000 : 0xffffff));
    const second = first.map((pixel) => pixel ^ 0xff00ff);
    expect(rows(strip(9, [...first, ...second])).hex).toEqual([
      `01000000${"ffffff010101".repeat(4)}`,
      // Above 0: ff-0, 0, ff-0. Above ff: 0-ff, ff-ff, 0-ff.
      `02ff00ff${"010001ff00ff".repeat(4)}`,
    ]);
  });

  test("a row of which a third of the samples differ stays as it is, one more is filtered", () => {
    // Samples are at 8, 16, ... 72: nine of them.
    const withNoisy = (count: number) =>
      Array.from({ length: 73 }, (_, x) => (x % 8 === 0 && x / 8 <= count ? x : 0));
    expect(rows(strip(73, withNoisy(3))).hex[0].slice(0, 2)).toBe("00");
    expect(rows(strip(73, withNoisy(4))).hex[0].slice(0, 2)).toBe("01");
    expect(rows(strip(73, withNoisy(3))).noise).toBeCloseTo(3 / 9);
  });

  test("a row too narrow for a sample counts as quiet", () => {
    expect(rows(strip(1, [1, 2, 3]))).toEqual({
      hex: ["00000001", "00000002", "00000003"],
      noise: 0,
    });
  });
});

describe("chunks", () => {
  test("the head of a 3x2 picture, byte for byte", () => {
    expect(encodePngHead({ width: 3, height: 2 }).toHex()).toBe(
      "89504e470d0a1a0a" +
        "0000000d49484452" +
        "0000000300000002" +
        "0802000000" +
        "1216f14d" +
        "0000000249444154" +
        "7801" +
        "ec1a7ed2",
    );
  });

  test("the tail, byte for byte", () => {
    expect(encodePngTail(0x12345678).toHex()).toBe(
      "0000000649444154" + "0300" + "12345678" + "dd2fbaea" + "0000000049454e44ae426082",
    );
  });

  test("the data may come in pieces", () => {
    const whole = encodePngChunk("IDAT", [Uint8Array.of(1, 2, 3)]);
    const pieces = encodePngChunk("IDAT", [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)]);
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat(whole));
  });
});

test("the Adler-32 of strips gives that of the whole picture", () => {
  for (const [width, height] of [
    [1, 1],
    [1, 100],
    [30, 32],
    [31, 33],
    [1000, 200],
  ] as const) {
    for (const painter of [text, photo, noise]) {
      const frame = painted(width, height, painter);
      for (const stripRows of [1, 7, 32, 1000]) {
        const parts: Uint8Array[] = [];
        for (let y = 0; y < height; y += stripRows) {
          const end = Math.min(height, y + stripRows);
          const some = strip(width, [...frame.pixels.subarray(y * width, end * width)]);
          const bytes = new Uint8Array(pngRowsBytes(width, some.rows));
          putPngRows(some, bytes);
          parts.push(bytes);
        }
        const adlers = Uint32Array.from(parts, (bytes) => Bun.hash.adler32(bytes));
        expect(combineAdlers({ width, height }, stripRows, adlers)).toBe(
          Bun.hash.adler32(Buffer.concat(parts)),
        );
      }
    }
  }
});

test("the Adler-32 of many strips of the highest bytes does not overflow", () => {
  const size = { width: 5000, height: 2000 };
  const bytes = new Uint8Array(pngRowsBytes(size.width, 20)).fill(255);
  const adlers = new Uint32Array(100).fill(Bun.hash.adler32(bytes));
  const whole = new Uint8Array(bytes.length * 100).fill(255);
  expect(combineAdlers(size, 20, adlers)).toBe(Bun.hash.adler32(whole));
});
