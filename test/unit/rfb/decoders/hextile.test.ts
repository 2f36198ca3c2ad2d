import { describe, expect, test } from "bun:test";
import { HextileDecoder } from "../../../../src/rfb/decoders/hextile.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { failureOf } from "../../../support/failure.ts";
import { expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import { encodeHextile } from "../../../support/rfb-encoders/hextile.ts";
import {
  boxesPicture,
  noisePicture,
  photoPicture,
  seededRandom,
} from "../../../support/rfb-encoders/picture.ts";
import { expectDecodes, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

const create = () => new HextileDecoder();

const k = 0x000000;
const r = 0xff0000;
const g = 0x00ff00;
const b = 0x0000ff;
const red = [0, 0, 255, 0];
const green = [0, 255, 0, 0];
const blue = [255, 0, 0, 0];
const black = [0, 0, 0, 0];

/** A tile of 16x16 that is painted over so many times, by two bytes each. */
const overpainted = (times: number) =>
  Uint8Array.of(14, ...red, ...blue, times, ...Array(times).fill([0x00, 0xff]).flat());

describe("a tile that is painted over", () => {
  const size = { width: 16, height: 16 };

  test("16 times is taken, and not once more", async () => {
    await expectDecodes(create, {
      bytes: overpainted(16),
      picture: { ...size, pixels: new Uint32Array(256).fill(b) },
    });
    await expectRefused(
      create,
      overpainted(17),
      size,
      "Cannot decode Hextile tile: painted over 16 times, wanted parts that do not overlap",
    );
  });

  test("leaves others their turn, in the middle of a row of tiles", async () => {
    const tiles = Buffer.concat(Array(64).fill(overpainted(16)));
    const rect = { x: 0, y: 0, width: 64 * 16, height: 16 };
    const payload = await create().readRect(wholeStream(tiles), rect, unlimitedRoom);
    const framebuffer = new Framebuffer(rect.width, rect.height);
    const steps = [...create().decodeRect(payload, rect, framebuffer)].length;
    expect(steps).toBeGreaterThan(10);
  });
});

describe("literal bytes of one tile", () => {
  test.each([
    { what: "raw", bytes: [1, ...red, ...green, ...blue, ...black], pixels: [r, g, b, k] },
    {
      what: "raw, other flags set",
      bytes: [31, ...red, ...green, ...blue, ...black],
      pixels: [r, g, b, k],
    },
    { what: "ground", bytes: [2, ...red], pixels: [r, r, r, r] },
    { what: "ground and unused foreground", bytes: [6, ...red, ...blue], pixels: [r, r, r, r] },
    {
      what: "one colour of subrectangles",
      bytes: [14, ...red, ...blue, 1, 0x10, 0x01],
      pixels: [r, b, r, b],
    },
    {
      what: "two subrectangles",
      bytes: [14, ...red, ...blue, 2, 0x00, 0x00, 0x11, 0x00],
      pixels: [b, r, r, b],
    },
    {
      what: "none of the subrectangles that could be",
      bytes: [14, ...red, ...blue, 0],
      pixels: [r, r, r, r],
    },
    {
      what: "coloured subrectangles",
      bytes: [26, ...red, 2, ...green, 0x00, 0x10, ...blue, 0x11, 0x00],
      pixels: [g, g, r, b],
    },
    {
      what: "coloured, and a foreground",
      bytes: [30, ...red, ...black, 1, ...green, 0x00, 0x01],
      pixels: [g, r, g, r],
    },
  ])("$what", ({ bytes, pixels }) =>
    expectDecodes(create, {
      bytes: Uint8Array.from(bytes),
      picture: { width: 2, height: 2, pixels: Uint32Array.from(pixels) },
    }),
  );
});

test("carries colours over from tile to tile, and over raw tiles", async () => {
  // Five tiles in a column one pixel wide, the last of one row.
  const rawGreen = Array.from({ length: 16 }, () => green).flat();
  const tiles = [
    [14, ...red, ...blue, 1, 0x00, 0x0f],
    [0],
    [1, ...rawGreen],
    [8, 1, 0x00, 0x00],
    [10, ...green, 1, 0x00, 0x00],
  ];
  const column = (pixel: number, height: number) => Array<number>(height).fill(pixel);
  const pixels = [column(b, 16), column(r, 16), column(g, 16), [b], column(r, 15), [b]];
  await expectDecodes(create, {
    bytes: Uint8Array.from(tiles.flat()),
    picture: { width: 1, height: 65, pixels: Uint32Array.from(pixels.flat()) },
  });
});

test("decodes random pictures of all sizes, with all flags", async () => {
  const random = seededRandom(21);
  const seen = new Set<number>();
  const choices = { raw: () => random(6) === 0, repeat: () => random(3) === 0 };
  for (let round = 0; round < 40; round++) {
    const width = 1 + random(70);
    const height = 1 + random(50);
    const picture =
      round % 4 === 0
        ? noisePicture(random, width, height, 2 + random(3))
        : boxesPicture(random, width, height, random(30));
    const { bytes, flags } = encodeHextile(picture, choices);
    for (const flag of flags) seen.add(flag);
    await expectDecodes(create, { bytes, picture });
  }
  expect([...seen].sort((a, c) => a - c)).toEqual([0, 1, 2, 8, 10, 12, 14, 24, 26]);
});

test("decodes a photograph, and edges of exactly 16", async () => {
  const random = seededRandom(22);
  const choices = { raw: () => false, repeat: () => false };
  for (const [width, height] of [
    [1, 1],
    [16, 16],
    [32, 48],
    [17, 33],
  ]) {
    const picture = photoPicture(random, width, height);
    await expectDecodes(create, { bytes: encodeHextile(picture, choices).bytes, picture });
  }
});

test("starts each rectangle without colours", async () => {
  const decoder = create();
  await expectDecodes(() => decoder, {
    bytes: Uint8Array.from([2, ...red]),
    picture: { width: 1, height: 1, pixels: Uint32Array.of(r) },
  });
  const message = "Cannot decode Hextile tile: no background yet, wanted in the first tile";
  await expectRefused(() => decoder, [0], { width: 1, height: 1 }, message);
});

test("fails wherever the bytes end early", async () => {
  const picture = boxesPicture(seededRandom(23), 40, 20, 10);
  const { bytes } = encodeHextile(picture, { raw: () => false, repeat: () => true });
  await expectEveryCutToFail(bytes, (stream) =>
    create().readRect(stream, { x: 0, y: 0, width: 40, height: 20 }, unlimitedRoom),
  );
});

describe("refuses", () => {
  const size = { width: 3, height: 2 };

  test.each([32, 64, 255])("unknown flags %d", (flags) =>
    expectRefused(
      create,
      [flags, ...Array(100).fill(0)],
      size,
      `Cannot decode Hextile tile: flags ${flags}, wanted at most 31`,
    ),
  );

  test.each([0x20, 0x02])("subrectangles that leave the tile, at %d", (position) =>
    expectRefused(
      create,
      [14, ...red, ...blue, 1, position, 0x10],
      size,
      `Cannot decode Hextile subrectangle: 2x1 at ${position >> 4},${position & 15}, wanted inside 3x2`,
    ),
  );

  test("a foreground that was never given", () =>
    expectRefused(
      create,
      [10, ...red, 1, 0, 0],
      size,
      "Cannot decode Hextile tile: no foreground yet, wanted in the first tile",
    ));
});

test("collects up to 64 MiB", async () => {
  // Raw tiles, a row of which has 4096x16 pixels and 256 bytes of flags: 255 rows are less than 64
  // MiB, 256 are more.
  const rowOfTiles = new Uint8Array(256 * 1025);
  for (let tile = 0; tile < 256; tile++) rowOfTiles[tile * 1025] = 1;
  const bytes = Buffer.concat(Array.from({ length: 257 }, () => rowOfTiles));
  const rect = { x: 0, y: 0, width: 4096, height: 257 * 16 };
  const failure = await failureOf(create().readRect(wholeStream(bytes), rect, unlimitedRoom));
  expect(failure.message).toBe(
    "Cannot read Hextile rectangle: 67174400 bytes, wanted at most 67108864",
  );
});
