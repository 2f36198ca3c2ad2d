import { describe, expect, test } from "bun:test";
import { tilesBytesMax } from "../../../../src/rfb/decoders/zrle-tile.ts";
import { ZrleDecoder } from "../../../../src/rfb/decoders/zrle.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import { DeflateStream, withLength } from "../../../support/rfb-encoders/deflate-stream.ts";
import {
  boxesPicture,
  noisePicture,
  photoPicture,
  type Picture,
  seededRandom,
  solidPicture,
} from "../../../support/rfb-encoders/picture.ts";
import { encodeZrle, type ZrleForm } from "../../../support/rfb-encoders/zrle.ts";
import { expectDecodes, expectBoundedLength, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

/** Large enough for whatever is read without being painted. */
const someRect = { x: 0, y: 0, width: 1000, height: 1000 };

const create = () => new ZrleDecoder();

test("decodes literal bytes: one colour", () =>
  expectDecodes(create, {
    bytes: Buffer.from("0000000c789c6234561204000000ffff", "hex"),
    picture: solidPicture(5, 3, 0x112233),
  }));

test("decodes several rectangles of one stream, in every form", async () => {
  const random = seededRandom(51);
  const stream = new DeflateStream();
  const rects: { bytes: Uint8Array; picture: Picture }[] = [];
  const anyForm = (forms: ZrleForm[]) => forms[random(forms.length)];
  for (const [width, height] of [
    [1, 1],
    [64, 64],
    [65, 63],
    [130, 70],
    [1, 129],
    [128, 1],
    [0, 0],
  ]) {
    for (const picture of [
      boxesPicture(random, Math.max(1, width), Math.max(1, height), 12),
      noisePicture(random, width, height, 1 + random(20)),
      noisePicture(random, width, height, 100),
      photoPicture(random, width, height),
    ]) {
      rects.push({ bytes: await encodeZrle(picture, stream, anyForm), picture });
      rects.push({ bytes: await encodeZrle(picture, stream), picture });
    }
  }
  await expectDecodes(create, ...rects);
});

test.each(["raw", "runs"] as const)("decodes more than fits its window: %s", async (form) => {
  const picture = noisePicture(seededRandom(52), 400, 300);
  const bytes = await encodeZrle(picture, new DeflateStream(), () => form);
  expect(bytes.length).toBeGreaterThan(5 * 65536);
  const decoder = create();
  const rect = { x: 0, y: 0, width: 400, height: 300 };
  const screen = new Framebuffer(400, 300);
  const payload = await decoder.readRect(wholeStream(bytes), someRect, unlimitedRoom);
  expect([...decoder.decodeRect(payload, rect, screen)].length).toBeGreaterThanOrEqual(7 * 5);
  expect(Buffer.from(screen.pixels.buffer).equals(Buffer.from(picture.pixels.buffer))).toBe(true);
  decoder.close();
});

test("fails wherever the bytes end early", async () => {
  const picture = noisePicture(seededRandom(53), 9, 5, 9);
  const bytes = await encodeZrle(picture, new DeflateStream());
  await expectEveryCutToFail(bytes, (stream) => create().readRect(stream, someRect, unlimitedRoom));
});

describe("refuses", () => {
  const size = { width: 2, height: 2 };
  const raw = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const encode = async (tiles: number[]) =>
    withLength(await new DeflateStream().deflate(Uint8Array.from(tiles)));

  test("tiles cut short at any byte", async () => {
    for (let length = 0; length < raw.length; length++) {
      // Without its first byte a tile is taken for raw.
      await expectRefused(
        create,
        await encode(raw.slice(0, length)),
        size,
        `Cannot decode ZRLE tile: data ended ${13 - length} bytes early`,
      );
    }
  });

  test("a palette cut short", async () =>
    expectRefused(
      create,
      await encode([255, 1, 2, 3]),
      size,
      "Cannot decode ZRLE tile: data ended 382 bytes early",
    ));

  test("a tile cut short for that, whatever came in earlier rectangles", async () => {
    const decoder = create();
    const stream = new DeflateStream();
    const picture = solidPicture(64, 64, 0x818181);
    const before = await encodeZrle(picture, stream, () => "raw");
    const screen = new Framebuffer(64, 64);
    const rect = { x: 0, y: 0, width: 64, height: 64 };
    const payload = await decoder.readRect(wholeStream(before), someRect, unlimitedRoom);
    for (const _ of decoder.decodeRect(payload, rect, screen));
    await expectRefused(
      () => decoder,
      withLength(await stream.deflate(Uint8Array.of(130))),
      size,
      "Cannot decode ZRLE tile: data ended 10 bytes early",
    );
  });

  test("bytes behind the last tile", async () =>
    expectRefused(
      create,
      await encode([...raw, 0]),
      size,
      "Cannot decode ZRLE rectangle: 1 bytes left behind the last tile",
    ));

  test("much behind the last tile", async () =>
    expectRefused(
      create,
      await encode([...raw, ...Array<number>(65536 - raw.length + 1).fill(0)]),
      size,
      "Cannot decode ZRLE rectangle: 65523 bytes left behind the last tile",
    ));

  test("anything for a rectangle without pixels", async () =>
    expectRefused(
      create,
      await encode([0]),
      { width: 0, height: 3 },
      "Cannot inflate ZRLE rectangle: data left over, wanted its end",
    ));

  test("an unknown subencoding", async () =>
    expectRefused(
      create,
      await encode([129, 0, 0, 0]),
      size,
      "Cannot decode ZRLE tile: subencoding 129, wanted 0-16, 128 or 130-255",
    ));

  test("what is no zlib data", () =>
    expectRefused(
      create,
      [0, 0, 0, 2, 1, 2],
      size,
      "Cannot inflate ZRLE rectangle: incorrect header check",
    ));
});

test("reads as much as zlib can make of the pixels, and at most 64 MiB", () =>
  expectBoundedLength(create, "ZRLE", tilesBytesMax));
