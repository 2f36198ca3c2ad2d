import { describe, expect, test } from "bun:test";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import type { Pictures } from "../../../src/image/pictures.ts";
import {
  firstDifference,
  painters,
  randomBelow,
  randomFrom,
  TestFrame,
  type TestRect,
} from "../../support/pictures.ts";
import { decodePng } from "./decoders.ts";
import { engineNames, openPictures, painterNames, parameters } from "./fixtures.ts";

const kinds: PictureParameters[] = [
  parameters(),
  parameters({ compression: 9 }),
  parameters({ compression: 1 }),
  parameters({ format: "jpeg" }),
  parameters({ format: "jpeg", quality: 30 }),
  parameters({ width: 40 }),
  parameters({ format: "jpeg", width: 61 }),
  parameters({ format: "jpeg", width: 230, height: 33 }),
];

function randomRect(random: () => number, frame: TestFrame): TestRect {
  const x = randomBelow(random, frame.width);
  const y = randomBelow(random, frame.height);
  return {
    x,
    y,
    width: 1 + randomBelow(random, frame.width - x),
    height: 1 + randomBelow(random, Math.min(frame.height - y, 40)),
  };
}

function paintSomewhere(random: () => number, frame: TestFrame): void {
  const painter = painters[painterNames[randomBelow(random, painterNames.length)]];
  frame.paint(randomRect(random, frame), painter(random));
}

function randomFrame(random: () => number): TestFrame {
  const frame = new TestFrame(1 + randomBelow(random, 160), 1 + randomBelow(random, 140));
  return frame.paint(frame.all, painters.mixed(random));
}

/** What an encoder that has never seen the frame before makes of it. */
async function encodeAfresh(pictures: Pictures, frame: TestFrame, kind: PictureParameters) {
  const encoder = pictures.openEncoder();
  const { bytes } = await encoder.encode(frame, kind);
  encoder.close();
  return bytes;
}

// A cache of two sizes: one that holds all, one that has to drop pictures all the time.
describe.each(engineNames)("by %s", (engine) => {
  for (const cacheBytesMax of [8 * 1024 * 1024, 40 * 1024]) {
    const pictures = openPictures(engine, cacheBytesMax);
    const fresh = openPictures(engine, 0);

    test.each([1, 2, 3, 4])(
      `after any changes a picture is the same as a fresh one: cache of ${cacheBytesMax}, seed %d`,
      async (seed) => {
        const random = randomFrom(seed);
        const encoder = pictures.openEncoder();
        let frame = randomFrame(random);
        for (let step = 0; step < 60; step++) {
          const choice = randomBelow(random, 20);
          if (choice === 0) frame = randomFrame(random);
          else if (choice < 8) paintSomewhere(random, frame);
          const kind = kinds[randomBelow(random, kinds.length)];
          const { bytes, revision } = await encoder.encode(frame, kind);
          expect(revision).toBe(frame.revision);
          expect(bytes).toEqual(await encodeAfresh(fresh, frame, kind));
          if (kind.format === "png" && kind.width === null) {
            expect(firstDifference(decodePng(bytes).pixels, frame.pixels)).toBe(-1);
          }
          expect(pictures.cache.bytes).toBeLessThanOrEqual(cacheBytesMax);
        }
        encoder.close();
        expect(pictures.cache.bytes).toBe(0);
      },
      30_000,
    );

    test(`pictures never mix two moments: cache of ${cacheBytesMax}`, async () => {
      const random = randomFrom(99);
      const encoder = pictures.openEncoder();
      const frame = new TestFrame(150, 140);
      frame.paint(frame.all, painters.mixed(random));
      const moments = new Map<number, TestFrame>();
      const remember = () => moments.set(frame.revision, frame.snapshot());
      remember();
      const requests: Promise<void>[] = [];
      for (let step = 0; step < 60; step++) {
        const kind = kinds[randomBelow(random, kinds.length)];
        const asked = frame.revision;
        const check = async () => {
          const { bytes, revision } = await encoder.encode(frame, kind);
          expect(revision).toBeGreaterThanOrEqual(asked);
          expect(bytes).toEqual(await encodeAfresh(fresh, moments.get(revision)!, kind));
        };
        requests.push(check());
        // The frame changes at every stage that an encode can be in.
        for (let turn = randomBelow(random, 6); turn > 0; turn--) {
          await new Promise((resolve) => setImmediate(resolve));
          paintSomewhere(random, frame);
          remember();
        }
      }
      await Promise.all(requests);
      encoder.close();
    });
  }

  // Large changes are scaled and encoded bit by bit, small ones at once; each builds upon what the
  // other leaves.
  test("a picture after large and small changes is the same as a fresh one", async () => {
    const pictures = openPictures(engine);
    const fresh = openPictures(engine, 0);
    const random = randomFrom(5);
    const encoder = pictures.openEncoder();
    const frame = new TestFrame(1280, 720);
    const small = { x: 3, y: 301, width: 1000, height: 40 };
    for (const change of [frame.all, small, { ...small, y: 15 }, frame.all, small]) {
      frame.paint(change, painters.mixed(random));
      for (const width of [null, 320, 321]) {
        const kind = parameters({ format: "jpeg", width });
        const { bytes } = await encoder.encode(frame, kind);
        expect(bytes).toEqual(await encodeAfresh(fresh, frame, kind));
      }
    }
    encoder.close();
  });
});
