import { expect, test } from "bun:test";
import { EndOfStreamError } from "../../../../src/bytes/errors.ts";
import { RawDecoder } from "../../../../src/rfb/decoders/raw.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import { noisePicture, seededRandom } from "../../../support/rfb-encoders/picture.ts";
import { encodeRaw } from "../../../support/rfb-encoders/raw.ts";
import { expectDecodes, expectRefused } from "./expect-decodes.ts";

const create = () => new RawDecoder();

test("decodes literal bytes", async () => {
  const pixels = Uint32Array.of(0x332211, 0xff0000, 0x0000ff, 0x00ff00);
  await expectDecodes(create, {
    bytes: Uint8Array.of(0x11, 0x22, 0x33, 0, 0, 0, 255, 9, 255, 0, 0, 0, 0, 255, 0, 255),
    picture: { width: 2, height: 2, pixels },
  });
});

test.each([
  [1, 1],
  [7, 5],
  [64, 3],
  [1, 200],
  [0, 4],
])("decodes a random picture of %dx%d", async (width, height) => {
  const picture = noisePicture(seededRandom(width), width, height, 1000);
  await expectDecodes(create, { bytes: encodeRaw(picture), picture });
});

test("paints whole rows of the screen, and yields on the way", async () => {
  const picture = noisePicture(seededRandom(2), 300, 200, 1000);
  const rect = { x: 0, y: 1, width: 300, height: 200 };
  const payload = await create().readRect(wholeStream(encodeRaw(picture)), rect);
  const screen = new Framebuffer(300, 202);
  const yields = [...create().decodeRect(payload, rect, screen)].length;
  const painted = screen.pixels.subarray(300, 201 * 300).map((pixel) => pixel & 0xffffff);
  expect([...painted]).toEqual([...picture.pixels]);
  expect(screen.pixels.subarray(0, 300).every((pixel) => pixel === 0)).toBe(true);
  expect(screen.pixels.subarray(201 * 300).every((pixel) => pixel === 0)).toBe(true);
  expect(yields).toBe(4);
});

test("fails wherever the bytes end early", () =>
  expectEveryCutToFail(new Uint8Array(24), (stream) =>
    create().readRect(stream, { x: 0, y: 0, width: 3, height: 2 }),
  ));

test("reads up to 64 MiB", async () => {
  const atLimit = { x: 0, y: 0, width: 4096, height: 4096 };
  const outcome = await create()
    .readRect(wholeStream(new Uint8Array(0)), atLimit)
    .catch((error) => error);
  expect(outcome).toBeInstanceOf(EndOfStreamError);
  await expectRefused(
    create,
    [],
    { width: 4097, height: 4096 },
    "Cannot read Raw rectangle: 67125248 bytes, wanted at most 67108864",
  );
});

test("counts the bytes that wait", () => {
  expect(create().payloadBytes(new Uint8Array(24))).toBe(24);
});
