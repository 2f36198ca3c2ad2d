import { describe, expect, test } from "bun:test";
import { EndOfStreamError } from "../../../../src/bytes/errors.ts";
import { RreDecoder } from "../../../../src/rfb/decoders/rre.ts";
import { Framebuffer } from "../../../../src/rfb/framebuffer.ts";
import { expectEveryCutToFail, wholeStream } from "../../../support/chunked.ts";
import {
  boxesPicture,
  noisePicture,
  seededRandom,
  solidPicture,
} from "../../../support/rfb-encoders/picture.ts";
import { encodeCoRre, encodeRre } from "../../../support/rfb-encoders/rre.ts";
import { expectDecodes, expectRefused } from "./expect-decodes.ts";
import { unlimitedRoom } from "../../../support/rfb-parts.ts";

const noRect = { x: 0, y: 0, width: 0, height: 0 };

const createRre = () => new RreDecoder("RRE", 2);
const createCoRre = () => new RreDecoder("CoRRE", 1);

/** One subrectangle of white, 2x1 at 1,0, on blue. */
const rre = [0, 0, 0, 1, 255, 0, 0, 0, 255, 255, 255, 0, 0, 1, 0, 0, 0, 2, 0, 1];
const coRre = [0, 0, 0, 1, 255, 0, 0, 0, 255, 255, 255, 0, 1, 0, 2, 1];

describe.each([
  { name: "RRE", create: createRre, encode: encodeRre, literal: rre },
  { name: "CoRRE", create: createCoRre, encode: encodeCoRre, literal: coRre },
])("$name", ({ name, create, encode, literal }) => {
  test("decodes literal bytes", async () => {
    const b = 0x0000ff;
    const w = 0xffffff;
    const pixels = Uint32Array.of(b, w, w, b, b, b);
    await expectDecodes(create, {
      bytes: Uint8Array.from(literal),
      picture: { width: 3, height: 2, pixels },
    });
  });

  test("decodes random pictures of all sizes", async () => {
    const random = seededRandom(11);
    for (let round = 0; round < 20; round++) {
      const picture = boxesPicture(random, 1 + random(70), 1 + random(50), random(12));
      await expectDecodes(create, { bytes: encode(picture), picture });
    }
    const noise = noisePicture(random, 33, 17, 3);
    await expectDecodes(create, { bytes: encode(noise), picture: noise });
  });

  test("decodes a single pixel, and a ground without subrectangles", async () => {
    for (const [width, height] of [
      [1, 1],
      [40, 30],
    ]) {
      const picture = solidPicture(width, height, 0x123456);
      await expectDecodes(create, { bytes: encode(picture), picture });
    }
  });

  test("fails wherever the bytes end early", () =>
    expectEveryCutToFail(Uint8Array.from(literal), (stream) =>
      create().readRect(stream, noRect, unlimitedRoom),
    ));

  test("refuses a subrectangle that leaves the rectangle", async () => {
    await expectRefused(
      create,
      literal,
      { width: 2, height: 2 },
      `Cannot decode ${name} subrectangle: 2x1 at 1,0, wanted inside 2x2`,
    );
    await expectRefused(
      create,
      literal,
      { width: 3, height: 0 },
      `Cannot decode ${name} subrectangle: 2x1 at 1,0, wanted inside 3x0`,
    );
  });

  test("refuses to paint a rectangle over more than 16 times", async () => {
    const header = literal.slice(0, 8);
    const subrect = literal.slice(8);
    const times = (count: number) => {
      const bytes = [...header, ...Array.from({ length: count }, () => subrect).flat()];
      bytes[3] = count;
      return Uint8Array.from(bytes);
    };
    // The subrectangle is 2 of the 6 pixels.
    const w = 0xffffff;
    const pixels = Uint32Array.of(0x0000ff, w, w, 0x0000ff, 0x0000ff, 0x0000ff);
    await expectDecodes(create, { bytes: times(48), picture: { width: 3, height: 2, pixels } });
    await expectRefused(
      create,
      times(49),
      { width: 3, height: 2 },
      `Cannot decode ${name} rectangle: painted over 16 times, wanted parts that do not overlap`,
    );
  });

  test("reads up to 64 MiB of subrectangles", async () => {
    const subrectBytes = literal.length - 8;
    const countMax = Math.floor((64 * 1024 * 1024) / subrectBytes);
    const header = (count: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(count);
      return bytes;
    };
    const outcome = await create()
      .readRect(wholeStream(header(countMax)), noRect, unlimitedRoom)
      .catch((error) => error);
    expect(outcome).toBeInstanceOf(EndOfStreamError);
    for (const count of [countMax + 1, 0xffffffff]) {
      await expectRefused(
        create,
        header(count),
        { width: 1, height: 1 },
        `Cannot read ${name} rectangle: ${count * subrectBytes} bytes, wanted at most 67108864`,
      );
    }
  });
});

test("yields while it paints much", async () => {
  const picture = boxesPicture(seededRandom(5), 200, 200, 40);
  const rect = { x: 0, y: 0, width: 200, height: 200 };
  const decoder = createRre();
  const payload = await decoder.readRect(wholeStream(encodeRre(picture)), noRect, unlimitedRoom);
  expect([...decoder.decodeRect(payload, rect, new Framebuffer(200, 200))].length).toBeGreaterThan(
    1,
  );
});
