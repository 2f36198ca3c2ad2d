/**
 * After any sequence of changes, resizes and requests, with bytes cut anywhere, a viewer's picture
 * is the screen: exactly, or as near as JPEG comes.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { encodeBunJpeg } from "../../../src/image/engines/bun/bun-jpeg.ts";
import { createStrip, headerWords } from "../../../src/image/strips/pixel-strip.ts";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import type { Rect } from "../../../src/rfb/rect.ts";
import { firstDifference, painters, psnr, randomFrom } from "../../support/pictures.ts";
import { noVncFormat, ourFormat, type WantedFormat } from "../../support/rfb-viewer.ts";
import { openViewer, TestScreen } from "../../support/viewed-screen.ts";
import { decodeWithBun } from "../image/decoders.ts";

const sidesMax = { width: 340, height: 140 };

const area = fc.record({
  x: fc.nat(sidesMax.width),
  y: fc.nat(sidesMax.height),
  width: fc.integer({ min: 1, max: sidesMax.width }),
  height: fc.integer({ min: 1, max: sidesMax.height }),
});

const kind = fc.constantFrom("text", "photo", "noise", "flat", "mixed");

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ paint: area, kind }) },
  { weight: 3, arbitrary: fc.record({ request: area, isIncremental: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant("turn" as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      width: fc.integer({ min: 1, max: sidesMax.width }),
      height: fc.integer({ min: 1, max: sidesMax.height }),
    }),
  },
);

interface Play {
  readonly steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[];
  readonly format: WantedFormat;
  readonly encodings: readonly number[];
  readonly seed: number;
}

const bigEndian: WantedFormat = { ...ourFormat, isBigEndian: true };

function plays(...encodings: readonly number[][]): fc.Arbitrary<Play> {
  const sizes = [[-223], [-308], [-223, -308]];
  return fc.record({
    steps: fc.array(step, { maxLength: 30 }),
    format: fc.constantFrom(ourFormat, noVncFormat, bigEndian),
    encodings: fc
      .tuple(fc.constantFrom(...encodings), fc.constantFrom(...sizes))
      .map((both) => both.flat()),
    seed: fc.nat(),
  });
}

/** Plays it on a screen with one viewer; gives what the viewer sees in the end, and the screen. */
async function play({ steps, format, encodings, seed }: Play) {
  const random = randomFrom(seed);
  const screen = new TestScreen(300, 100);
  const { viewer, ended, leave } = openViewer(screen, { cut: cutter(seed) });
  await viewer.greet();
  viewer.setPixelFormat(format);
  viewer.setEncodings(...encodings);
  let updates = 0;
  const reading = (async () => {
    for (; ; updates++) await viewer.update();
  })().catch((error: Error) => error);
  for (const each of steps) {
    if (each === "turn") await turn();
    else if ("request" in each) viewer.request(each.isIncremental, each.request);
    else if ("width" in each) screen.resize(each.width, each.height);
    else {
      const rect = insideOf(screen.frame!, each.paint);
      if (rect !== null) screen.paint(rect, painters[each.kind](random));
    }
  }
  // Until nothing is left: an answered request is followed by another one.
  for (let seen = -1; seen !== updates;) {
    seen = updates;
    viewer.request(true);
    for (let still = 0; still < 4; still = viewer.isBusy ? 0 : still + 1) await turn();
  }
  leave();
  expect(await ended).toBeNull();
  viewer.stream.end();
  expect((await reading).message).toStartWith("Connection closed: 0 bytes received");
  expect(screen.viewers).toBe(0);
  const shown = viewer.picture;
  const frame = screen.frame!;
  expect([shown.width, shown.height]).toEqual([frame.width, frame.height]);
  return { shown: shown.pixels, frame };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function insideOf({ width, height }: { width: number; height: number }, wanted: Rect): Rect | null {
  const right = Math.min(wanted.x + wanted.width, width);
  const bottom = Math.min(wanted.y + wanted.height, height);
  if (right <= wanted.x || bottom <= wanted.y) return null;
  return { ...wanted, width: right - wanted.x, height: bottom - wanted.y };
}

/** Cuts bytes at places that follow from the seed. */
function cutter(seed: number) {
  const random = randomFrom(seed);
  return (bytes: Uint8Array): Uint8Array[] => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + Math.floor(random() ** 4 * bytes.length);
      parts.push(bytes.subarray(at, end));
      at = end;
    }
    return parts;
  };
}

/** What a JPEG of the whole screen loses, in the quality that is asked for below. */
async function psnrOfJpeg({ width, height, pixels }: Framebuffer): Promise<number> {
  const strip = createStrip(width, height);
  strip.words.set(pixels, headerWords);
  const jpeg = await decodeWithBun(await encodeBunJpeg(strip, 95));
  return psnr(jpeg.pixels, pixels);
}

/** On a busy machine. */
const timeLimitMs = 60_000;

test(
  "without JPEG the picture is the screen",
  () =>
    fc.assert(
      fc.asyncProperty(plays([0], [7], [7, -224], [7, -256], [7, -247, -224]), async (each) => {
        const { shown, frame } = await play(each);
        expect(firstDifference(shown, frame.pixels)).toBe(-1);
      }),
      { numRuns: 60 },
    ),
  timeLimitMs,
);

test(
  "with JPEG it is as near the screen as a JPEG of it",
  () =>
    fc.assert(
      fc.asyncProperty(plays([7, -23], [7, -23, -224]), async (each) => {
        const { shown, frame } = await play(each);
        expect(psnr(shown, frame.pixels)).toBeGreaterThanOrEqual((await psnrOfJpeg(frame)) - 1);
      }),
      { numRuns: 60 },
    ),
  timeLimitMs,
);
