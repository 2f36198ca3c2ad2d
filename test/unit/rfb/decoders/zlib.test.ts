import { describe, test } from "bun:test";
import { ZlibDecoder } from "../../../../src/rfb/decoders/zlib.ts";
import { expectEveryCutToFail } from "../../../support/chunked.ts";
import { DeflateStream, withLength } from "../../../support/rfb-encoders/deflate-stream.ts";
import {
  boxesPicture,
  noisePicture,
  photoPicture,
  seededRandom,
} from "../../../support/rfb-encoders/picture.ts";
import { encodeZlib } from "../../../support/rfb-encoders/zlib.ts";
import { expectDecodes, expectBoundedLength, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

/** Large enough for whatever is read without being painted. */
const someRect = { x: 0, y: 0, width: 1000, height: 1000 };

const create = () => new ZlibDecoder();

test("decodes literal bytes", () =>
  expectDecodes(create, {
    bytes: Buffer.from("00000010789c125432666060f8cf00000000ffff", "hex"),
    picture: { width: 2, height: 1, pixels: Uint32Array.of(0x332211, 0xff0000) },
  }));

test("decodes several rectangles of one stream", async () => {
  const random = seededRandom(31);
  const stream = new DeflateStream();
  const rects = [];
  for (const [width, height] of [
    [1, 1],
    [40, 30],
    [3, 90],
    [0, 5],
    [150, 130],
    [64, 64],
  ]) {
    for (const picture of [
      boxesPicture(random, Math.max(1, width), height, 9),
      noisePicture(random, width, height, 500),
      photoPicture(random, width, height),
    ]) {
      rects.push({ bytes: await encodeZlib(picture, stream), picture });
    }
  }
  await expectDecodes(create, ...rects);
});

test("decodes rows of any width", async () => {
  const picture = noisePicture(seededRandom(33), 20_000, 2, 300);
  const bytes = await encodeZlib(picture, new DeflateStream());
  await expectDecodes(create, { bytes, picture });
});

test("fails wherever the bytes end early", async () => {
  const picture = noisePicture(seededRandom(32), 5, 5, 9);
  const bytes = await encodeZlib(picture, new DeflateStream());
  await expectEveryCutToFail(bytes, (stream) => create().readRect(stream, someRect, unlimitedRoom));
});

describe("refuses", () => {
  const size = { width: 3, height: 2 };
  const encode = async (byteCount: number) =>
    withLength(await new DeflateStream().deflate(new Uint8Array(byteCount)));

  test("data that is a byte short", async () =>
    expectRefused(
      create,
      await encode(23),
      size,
      "Cannot inflate Zlib rectangle: data ended 1 bytes early",
    ));

  test("data that is a byte too long", async () =>
    expectRefused(
      create,
      await encode(25),
      size,
      "Cannot inflate Zlib rectangle: data left over, wanted its end",
    ));

  test("what is no zlib data", () =>
    expectRefused(
      create,
      [0, 0, 0, 2, 1, 2],
      size,
      "Cannot inflate Zlib rectangle: incorrect header check",
    ));
});

test("reads as much as zlib can make of the pixels, and at most 64 MiB", () =>
  expectBoundedLength(create, "Zlib", ({ width, height }) => width * height * 4));
