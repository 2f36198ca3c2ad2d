import { BufferPool } from "../../../../src/bytes/buffer-pool.ts";
import { expect, test } from "bun:test";
import { EndOfStreamError } from "../../../../src/bytes/errors.ts";
import { RawDecoder } from "../../../../src/rfb/decoders/raw.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { chunkedStream, expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import { noisePicture, seededRandom } from "../../../support/rfb-encoders/picture.ts";
import { encodeRaw } from "../../../support/rfb-encoders/raw.ts";
import { expectDecodes, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

const create = () => new RawDecoder(new BufferPool(1024 * 1024));

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
  const payload = await create().readRect(wholeStream(encodeRaw(picture)), rect, unlimitedRoom);
  const screen = new Framebuffer(300, 202);
  const yields = [...create().decodeRect(payload, rect, screen)].length;
  const painted = screen.pixels.subarray(300, 201 * 300).map((pixel) => pixel & 0xffffff);
  expect([...painted]).toEqual([...picture.pixels]);
  expect(screen.pixels.subarray(0, 300).every((pixel) => pixel === 0)).toBe(true);
  expect(screen.pixels.subarray(201 * 300).every((pixel) => pixel === 0)).toBe(true);
  expect(yields).toBe(4);
});

test.each([
  ["whole rows", { x: 0, y: 3, width: 40, height: 30 }],
  ["parts of rows", { x: 5, y: 3, width: 30, height: 30 }],
])("paints %s from pieces of any size", async (_, rect) => {
  const picture = noisePicture(seededRandom(3), rect.width, rect.height, 1000);
  for (const pieceBytes of [1, 3, 119, 120, 121, 160, 4801]) {
    const stream = chunkedStream(encodeRaw(picture), pieceBytes);
    const payload = await create().readRect(stream, rect, unlimitedRoom);
    const screen = new Framebuffer(40, 40);
    screen.pixels.fill(0x123456);
    for (const _step of create().decodeRect(payload, rect, screen));
    const wanted = new Uint32Array(40 * 40).fill(0x123456);
    for (let y = 0; y < rect.height; y++) {
      const row = picture.pixels.subarray(y * rect.width, (y + 1) * rect.width);
      wanted.set(row, (rect.y + y) * 40 + rect.x);
    }
    expect(screen.pixels.map((pixel) => pixel & 0xffffff)).toEqual(wanted);
  }
});

test("fails wherever the bytes end early", () =>
  expectEveryCutToFail(new Uint8Array(24), (stream) =>
    create().readRect(stream, { x: 0, y: 0, width: 3, height: 2 }, unlimitedRoom),
  ));

test("reads up to 64 MiB", async () => {
  const atLimit = { x: 0, y: 0, width: 4096, height: 4096 };
  const outcome = await create()
    .readRect(wholeStream(new Uint8Array(0)), atLimit, unlimitedRoom)
    .catch((error) => error);
  expect(outcome).toBeInstanceOf(EndOfStreamError);
  await expectRefused(
    create,
    [],
    { width: 4097, height: 4096 },
    "Cannot read Raw rectangle: 67125248 bytes, wanted at most 67108864",
  );
});
