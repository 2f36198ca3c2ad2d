import { describe, expect, test } from "bun:test";
import { ProtocolError } from "../../../../src/bytes/errors.ts";
import { paintZrleTile, tileBytesMax } from "../../../../src/rfb/decoders/zrle-tile.ts";
import {
  coloursOf,
  noisePicture,
  type Picture,
  seededRandom,
} from "../../../support/rfb-encoders/picture.ts";
import { encodeZrleTile, formsOf } from "../../../support/rfb-encoders/zrle.ts";

const r = 0xff0000;
const g = 0x00ff00;
const b = 0x0000ff;
const red = [0, 0, 255];
const green = [0, 255, 0];
const blue = [255, 0, 0];

/**
 * Paints the tile at 1,1 of a screen with a margin of one pixel. Gives the pixels, and the bytes
 * used up.
 */
function paint(bytes: readonly number[], width: number, height: number) {
  const stride = width + 2;
  const pixels = new Uint32Array(stride * (height + 2)).fill(0xabcdef);
  const padded = new Uint8Array(bytes.length + tileBytesMax);
  padded.set(bytes);
  const used = paintZrleTile(padded, 0, { pixels, start: stride + 1, stride, width, height });
  const inside: number[] = [];
  pixels.forEach((pixel, index) => {
    const x = (index % stride) - 1;
    const y = Math.floor(index / stride) - 1;
    if (x >= 0 && x < width && y >= 0 && y < height) inside.push(pixel);
    else expect(pixel).toBe(0xabcdef);
  });
  return { pixels: inside, used };
}

describe("literal bytes", () => {
  test.each([
    { what: "raw", bytes: [0, ...red, ...green, ...blue, ...red], pixels: [r, g, b, r] },
    { what: "one colour", bytes: [1, ...green], pixels: [g, g, g, g] },
    { what: "2 colours of 1 bit", bytes: [2, ...red, ...blue, 0x40, 0x80], pixels: [r, b, b, r] },
    {
      what: "1 bit, unused bits set",
      bytes: [2, ...red, ...blue, 0x7f, 0xbf],
      pixels: [r, b, b, r],
    },
    {
      what: "3 colours of 2 bits",
      bytes: [3, ...red, ...green, ...blue, 0x60, 0x10],
      pixels: [g, b, r, g],
    },
    {
      what: "5 colours of 4 bits",
      bytes: [5, ...red, ...red, ...red, ...red, ...blue, 0x04, 0x40],
      pixels: [r, b, b, r],
    },
    { what: "runs", bytes: [128, ...red, 0, ...green, 2], pixels: [r, g, g, g] },
    { what: "one run over the rows", bytes: [128, ...red, 3], pixels: [r, r, r, r] },
    { what: "palette runs", bytes: [130, ...red, ...blue, 1, 0x80, 1, 1], pixels: [b, r, r, b] },
    {
      what: "palette run of a single pixel",
      bytes: [130, ...red, ...blue, 0x81, 0, 0x80, 2],
      pixels: [b, r, r, r],
    },
  ])("$what", ({ bytes, pixels }) => {
    expect(paint(bytes, 2, 2)).toEqual({ pixels: [...pixels], used: bytes.length });
  });

  test("run lengths of several bytes", () => {
    for (const [length, lengthBytes] of [
      [255, [254]],
      [256, [255, 0]],
      [257, [255, 1]],
      [511, [255, 255, 0]],
      [4096, [...Array<number>(16).fill(255), 15]],
    ] as const) {
      const rest = 4096 - length;
      const restBytes =
        rest === 0
          ? []
          : [...Array<number>(Math.floor((rest - 1) / 255)).fill(255), (rest - 1) % 255];
      const expected = [...Array(length).fill(r), ...Array(rest).fill(b)];
      const plain = [128, ...red, ...lengthBytes, ...(rest === 0 ? [] : [...blue, ...restBytes])];
      expect(paint(plain, 64, 64)).toEqual({ pixels: expected, used: plain.length });
      const indexed = [
        130,
        ...red,
        ...blue,
        0x80,
        ...lengthBytes,
        ...(rest === 0 ? [] : [0x81, ...restBytes]),
      ];
      expect(paint(indexed, 64, 64)).toEqual({ pixels: expected, used: indexed.length });
    }
  });
});

test("paints every form, every palette size and every width", () => {
  const random = seededRandom(41);
  const seen = new Set<number>();
  for (let size = 1; size <= 130; size++) {
    const tile = tileOf(size > 64 ? 64 : 1 + random(64), 1 + random(64), size);
    for (const form of formsOf(tile)) {
      const bytes = encodeZrleTile(tile, form);
      seen.add(bytes[0]);
      expect(paint(bytes, tile.width, tile.height)).toEqual({
        pixels: [...tile.pixels],
        used: bytes.length,
      });
    }
  }
  const all = [0, 1, ...range(2, 16), 128, ...range(130, 255)];
  expect([...seen].sort((x, y) => x - y)).toEqual(all);

  /**
   * A tile of exactly so many colours, as far as it has room for them, in runs and single pixels.
   */
  function tileOf(width: number, height: number, colours: number): Picture {
    const high = Math.max(height, Math.ceil(colours / width));
    const tile = noisePicture(random, width, Math.min(64, high), 2);
    const at = (index: number) => 1000 + ((index * 7919) % colours);
    return { ...tile, pixels: tile.pixels.map((_, i) => at(i < colours ? i : Math.floor(i / 3))) };
  }
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

describe("refuses", () => {
  test.each([...range(17, 127), 129])("subencoding %d", (subencoding) => {
    expect(() => paint([subencoding], 4, 4)).toThrow(
      new ProtocolError(
        `Cannot decode ZRLE tile: subencoding ${subencoding}, wanted 0-16, 128 or 130-255`,
      ),
    );
  });

  test.each([
    { what: "2 bits", bytes: [3, ...red, ...green, ...blue, 0xc0], index: 3, size: 3 },
    { what: "4 bits", bytes: [5, ...Array<number>(15).fill(7), 0x05], index: 5, size: 5 },
    { what: "a single pixel", bytes: [130, ...red, ...blue, 2], index: 2, size: 2 },
    { what: "a run", bytes: [131, ...red, ...blue, ...red, 0x83, 1], index: 3, size: 3 },
  ])("an index beyond the palette: $what", ({ bytes, index, size }) => {
    expect(() => paint(bytes, 2, 1)).toThrow(
      new ProtocolError(`Cannot decode ZRLE tile: palette index ${index}, wanted below ${size}`),
    );
  });

  test.each([
    { what: "a run", bytes: [128, ...red, 4], length: 5, left: 4 },
    { what: "a second run", bytes: [128, ...red, 1, ...red, 2], length: 3, left: 2 },
    { what: "a palette run", bytes: [130, ...red, ...blue, 0, 0x80, 3], length: 4, left: 3 },
    {
      what: "an endless run",
      bytes: [128, ...red, ...Array<number>(9999).fill(255)],
      length: 256,
      left: 4,
    },
  ])("$what past the tile", ({ bytes, length, left }) => {
    expect(() => paint(bytes, 2, 2)).toThrow(
      new ProtocolError(
        `Cannot decode ZRLE tile: run of ${length} or more pixels, wanted at most ${left}`,
      ),
    );
  });
});

test("knows the longest tile", () => {
  const tile = noisePicture(seededRandom(42), 64, 64, 4000);
  tile.pixels.forEach((_, index) => (tile.pixels[index] = index * 3));
  expect(coloursOf(tile).length).toBe(4096);
  expect(encodeZrleTile(tile, "runs").length).toBe(tileBytesMax);
});
