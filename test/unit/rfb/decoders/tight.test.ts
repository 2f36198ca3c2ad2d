import { describe, expect, test } from "bun:test";
import { TightDecoder } from "../../../../src/rfb/decoders/tight.ts";
import { expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import { DeflateStream } from "../../../support/rfb-encoders/deflate-stream.ts";
import {
  boxesPicture,
  noisePicture,
  photoPicture,
  type Picture,
  seededRandom,
  solidPicture,
} from "../../../support/rfb-encoders/picture.ts";
import {
  compactLength,
  TightEncoder,
  type TightFilterName,
} from "../../../support/rfb-encoders/tight.ts";
import { expectDecodes, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

const create = () => new TightDecoder();

const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];
const r = 0xff0000;
const g = 0x00ff00;
const b = 0x0000ff;

describe("literal bytes", () => {
  test.each([
    { what: "fill", bytes: [0x80, 0x11, 0x22, 0x33], pixels: [0x112233, 0x112233] },
    { what: "under 12 bytes as they are", bytes: [0x00, ...red, ...blue], pixels: [r, b] },
    { what: "copy by its number", bytes: [0x40, 0, ...red, ...blue], pixels: [r, b] },
    { what: "2 colours", bytes: [0x40, 1, 1, ...red, ...blue, 0x7f], pixels: [r, b] },
    { what: "3 colours", bytes: [0x70, 1, 2, ...red, ...green, ...blue, 1, 2], pixels: [g, b] },
    { what: "gradient", bytes: [0x40, 2, 10, 20, 30, 1, 0, 255], pixels: [0x0a141e, 0x0b141d] },
  ])("$what", ({ bytes, pixels }) =>
    expectDecodes(create, {
      bytes: Uint8Array.from(bytes),
      picture: { width: 2, height: 1, pixels: Uint32Array.from(pixels) },
    }),
  );
});

test("gradient keeps its guess within 0 to 255", async () => {
  // Guesses for the last pixel, left + above - upper left: red 200 + 100 - 0 is 255, green 0 + 50 -
  // 100 is 0, blue 7 + 9 - 6.
  const pixels = [0x006406, 0x643209, 0xc80007, 0x01020b];
  const filtered = [0, 100, 6, 100, 206, 3, 200, 156, 1, 2, 2, 1];
  const data = await new DeflateStream().deflate(Uint8Array.from(filtered));
  await expectDecodes(create, {
    bytes: Uint8Array.from([0x40, 2, data.length, ...data]),
    picture: { width: 2, height: 2, pixels: Uint32Array.from(pixels) },
  });
});

test("decodes random pictures, in every form, on four streams", async () => {
  const random = seededRandom(61);
  const encoder = new TightEncoder();
  const rects: { bytes: Uint8Array; picture: Picture }[] = [];
  for (let round = 0; round < 60; round++) {
    const width = 1 + random(round % 3 === 0 ? 5 : 90);
    const height = 1 + random(round % 3 === 1 ? 5 : 60);
    const colours = [2, 3, 16, 200, 256][random(5)];
    const filters: [TightFilterName, Picture][] = [
      ["copy", photoPicture(random, width, height)],
      ["explicitCopy", boxesPicture(random, width, height, 5)],
      ["palette", noisePicture(random, width, height, colours)],
      ["gradient", photoPicture(random, width, height)],
      ["gradient", noisePicture(random, width, height)],
    ];
    if (random(4) === 0) encoder.reset(random(16));
    if (random(3) === 0) {
      const picture = solidPicture(width, height, random(0x1000000));
      rects.push({ bytes: encoder.fill(picture), picture });
    }
    const [filter, picture] = filters[random(filters.length)];
    rects.push({ bytes: await encoder.basic(picture, random(4), filter), picture });
  }
  await expectDecodes(create, ...rects);
});

test.each(["copy", "palette", "gradient"] as const)(
  "decodes a large rectangle: %s",
  async (filter) => {
    const random = seededRandom(62);
    const picture =
      filter === "palette" ? noisePicture(random, 131, 143, 2) : photoPicture(random, 131, 143);
    const encoder = new TightEncoder();
    await expectDecodes(create, { bytes: await encoder.basic(picture, 2, filter), picture });
  },
);

test("resets the streams that the first byte names, and no others", async () => {
  const picture = photoPicture(seededRandom(63), 20, 10);
  for (const resets of [1, 2, 4, 8, 15]) {
    const encoder = new TightEncoder();
    const rects = [];
    for (const stream of [0, 1, 2, 3]) {
      rects.push({ bytes: await encoder.basic(picture, stream, "copy"), picture });
    }
    // The reset comes with a rectangle that uses no stream.
    encoder.reset(resets);
    rects.push({ bytes: encoder.fill(solidPicture(4, 4, r)), picture: solidPicture(4, 4, r) });
    for (const stream of [0, 1, 2, 3]) {
      rects.push({ bytes: await encoder.basic(picture, stream, "copy"), picture });
    }
    await expectDecodes(create, ...rects);
  }
});

test("JPEG was not asked for", async () => {
  const jpeg = new TightEncoder().jpeg(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9));
  const reason = "Cannot read Tight rectangle: JPEG was not asked for";
  await expectRefused(create, jpeg, { width: 8, height: 5 }, reason);
});

describe("lengths", () => {
  test.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 0x01]],
    [16383, [0xff, 0x7f]],
    [16384, [0x80, 0x80, 0x01]],
    [4194303, [0xff, 0xff, 0xff]],
  ])("%d", async (length, lengthBytes) => {
    expect([...compactLength(length)]).toEqual(lengthBytes);
    const bytes = new Uint8Array(1 + lengthBytes.length + length);
    bytes.set(lengthBytes, 1);
    const rect = { x: 0, y: 0, width: 2000, height: 1000 };
    const { form } = await create().readRect(wholeStream(bytes), rect, unlimitedRoom);
    expect(form).toMatchObject({ kind: "zlib", compressed: { length } });
  });

  test("12 bytes are compressed, 11 are not", async () => {
    const encoder = new TightEncoder();
    for (const [width, height] of [
      [2, 1],
      [3, 1],
      [4, 1],
    ]) {
      const picture = photoPicture(seededRandom(65), width, height);
      await expectDecodes(create, {
        bytes: await encoder.basic(picture, 0, "copy"),
        picture,
      });
      encoder.reset(1);
    }
    // One byte a pixel or one bit a pixel, so many at the border of 12 bytes.
    for (const colours of [2, 3]) {
      for (const width of [11, 12, 88, 89]) {
        const picture = noisePicture(seededRandom(66), width, 1, colours);
        encoder.reset(1);
        await expectDecodes(create, {
          bytes: await encoder.basic(picture, 0, "palette"),
          picture,
        });
      }
    }
  });
});

test("fails wherever the bytes end early", async () => {
  const picture = noisePicture(seededRandom(67), 20, 9, 5);
  for (const filter of ["copy", "palette", "gradient"] as const) {
    const bytes = await new TightEncoder().basic(picture, 1, filter);
    await expectEveryCutToFail(bytes, (stream) =>
      create().readRect(stream, { x: 0, y: 0, width: 20, height: 9 }, unlimitedRoom),
    );
  }
});

describe("refuses", () => {
  const size = { width: 4, height: 3 };

  test.each([10, 11, 12, 13, 14, 15])("type %d", (type) =>
    expectRefused(
      create,
      [type * 16, 0, 0, 0],
      size,
      `Cannot read Tight rectangle: type ${type}, wanted 0-7 (basic) or 8 (fill)`,
    ),
  );

  test.each([3, 255])("filter %d", (filter) =>
    expectRefused(
      create,
      [0x40, filter, 0, 0],
      size,
      `Cannot read Tight rectangle: filter ${filter}, wanted 0 (copy), 1 (palette) or 2 (gradient)`,
    ),
  );

  test("a palette of one colour", () =>
    expectRefused(
      create,
      [0x40, 1, 0, ...red],
      size,
      "Cannot read Tight palette: 1 colour, wanted 2-256",
    ));

  test("an index beyond the palette", () =>
    expectRefused(
      create,
      [0x40, 1, 2, ...red, ...green, ...blue, 0, 1, 2, 3],
      { width: 2, height: 2 },
      "Cannot decode Tight rectangle: palette index 3, wanted below 3",
    ));

  test("zlib data that is too short, or too long", async () => {
    const picture = noisePicture(seededRandom(68), 4, 3, 5);
    const bytes = await new TightEncoder().basic(picture, 0, "copy");
    await expectRefused(
      create,
      bytes,
      { width: 4, height: 4 },
      "Cannot inflate Tight rectangle: data ended 12 bytes early",
    );
    await expectRefused(
      create,
      bytes,
      { width: 4, height: 2 },
      "Cannot inflate Tight rectangle: data left over, wanted its end",
    );
  });
});
