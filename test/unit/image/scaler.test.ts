import { describe, expect, test } from "bun:test";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import type { Size } from "../../../src/rfb/size.ts";
import {
  copyRows,
  createStrip,
  headerWords,
  putRows,
} from "../../../src/image/strips/pixel-strip.ts";
import { StripLayout } from "../../../src/image/strips/strip-layout.ts";
import { mixed, noise, photo, type TestFrame, text } from "../../support/pictures.ts";
import { painted } from "./fixtures.ts";

/** All strips of the picture, one below the other. */
function scaled(frame: TestFrame, size: Size, stripRows: number): Uint32Array {
  const pool = new BufferPool(0);
  const layout = new StripLayout(frame.all, size, stripRows);
  const pixels = new Uint32Array(size.width * size.height);
  for (let strip = 0; strip < layout.count; strip++) {
    const work = layout.pixels(strip, copyRows(pool, layout.frameRows(frame, strip)), pool);
    let step = work.next();
    while (step.done !== true) step = work.next();
    const { words } = step.value;
    if (layout.isScaled) expectScaledNow(frame, layout, strip, words);
    pixels.set(words.subarray(headerWords), layout.firstRow(strip) * size.width);
    pool.give(words.buffer);
  }
  return pixels;
}

/** The same strip from the frame itself, in two parts. */
function expectScaledNow(
  frame: TestFrame,
  layout: StripLayout,
  strip: number,
  words: Int32Array<ArrayBuffer>,
): void {
  const { width, height } = layout.size;
  const picture = createStrip(width, height);
  const [firstRow, rows] = [layout.firstRow(strip), layout.rows(strip)];
  const cut = Math.floor(rows / 2);
  if (cut > 0) layout.scaleNow(frame, { firstRow, rows: cut }, picture);
  layout.scaleNow(frame, { firstRow: firstRow + cut, rows: rows - cut }, picture);
  const copy = copyRows(new BufferPool(0), layout.pictureRows(picture, strip));
  expect(copy.words.subarray(headerWords)).toEqual(words.subarray(headerWords));
  const put = createStrip(width, height);
  putRows(layout.pictureRows(put, strip), copy);
  expect(put.words.subarray(headerWords)).toEqual(picture.words.subarray(headerWords));
}

/**
 * How much of source sample j belongs to sample i: by area when shrinking, by nearness when
 * enlarging.
 */
function share(i: number, j: number, sourceSize: number, size: number): number {
  const scale = sourceSize / size;
  if (size <= sourceSize) {
    return Math.max(0, Math.min((i + 1) * scale, j + 1) - Math.max(i * scale, j)) / scale;
  }
  const centre = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), sourceSize - 1);
  return Math.max(0, 1 - Math.abs(centre - j));
}

/**
 * The greatest difference of any channel to the exact average in floating point, written without
 * thought for speed.
 */
function greatestError(frame: TestFrame, size: Size, pixels: Uint32Array): number {
  let greatest = 0;
  const shares = (i: number, sourceSize: number, count: number) =>
    Array.from(
      { length: sourceSize },
      (_, j) => [j, share(i, j, sourceSize, count)] as const,
    ).filter(([, weight]) => weight > 0);
  const columns = Array.from({ length: size.width }, (_, x) => shares(x, frame.width, size.width));
  for (let y = 0; y < size.height; y++) {
    const rows = shares(y, frame.height, size.height);
    for (let x = 0; x < size.width; x++) {
      const sums = [0, 0, 0];
      for (const [row, down] of rows) {
        for (const [column, across] of columns[x]) {
          const pixel = frame.pixels[row * frame.width + column];
          sums[0] += down * across * ((pixel >>> 16) & 0xff);
          sums[1] += down * across * ((pixel >>> 8) & 0xff);
          sums[2] += down * across * (pixel & 0xff);
        }
      }
      const pixel = pixels[y * size.width + x];
      greatest = Math.max(
        greatest,
        Math.abs(sums[0] - (pixel >>> 16)),
        Math.abs(sums[1] - ((pixel >>> 8) & 0xff)),
        Math.abs(sums[2] - (pixel & 0xff)),
      );
    }
  }
  return greatest;
}

describe("every pixel is the exact average, rounded", () => {
  const sizes: [TestFrame, number, number][] = [
    [painted(192, 108, text), 32, 18],
    // By whole numbers: blocks of 3x2, 16x16 and 257 pixels.
    [painted(96, 60, photo), 32, 30],
    [painted(48, 32, noise), 3, 2],
    [painted(514, 3, noise), 2, 3],
    [painted(193, 109, mixed), 64, 36],
    [painted(97, 61, noise), 96, 60],
    [painted(97, 61, noise), 50, 60],
    [painted(97, 61, photo), 97, 20],
    [painted(97, 61, photo), 20, 61],
    [painted(97, 61, noise), 1, 1],
    [painted(97, 61, noise), 1, 61],
    // Distorted: one axis shrinks, the other grows.
    [painted(97, 61, noise), 200, 20],
    [painted(97, 61, noise), 20, 200],
    [painted(20, 13, noise), 133, 77],
    [painted(2, 2, noise), 9, 9],
    [painted(1, 1, noise), 5, 3],
  ];
  for (const [frame, width, height] of sizes) {
    test(`${frame.width}x${frame.height} to ${width}x${height}`, () => {
      const size = { width, height };
      const error = greatestError(frame, size, scaled(frame, size, 16));
      expect(error).toBeLessThanOrEqual(0.5 + 1e-9);
    });
  }

  test("more pixels than one word can add up", () => {
    for (const width of [257, 258, 1000, 4 * 257 + 1, 16384]) {
      const frame = painted(width, 3, noise);
      const size = { width: 1, height: 2 };
      const error = greatestError(frame, size, scaled(frame, size, 16));
      expect(error).toBeLessThanOrEqual(0.5 + 1e-9);
      frame.pixels.fill(0xffffffff);
      expect([...scaled(frame, size, 16)]).toEqual([0xffffff, 0xffffff]);
    }
  });
});

test("strips of any height fit together", () => {
  const frame = painted(150, 133, mixed);
  for (const size of [
    { width: 40, height: 37 },
    { width: 30, height: 19 },
    { width: 190, height: 150 },
  ]) {
    const whole = scaled(frame, size, Infinity);
    for (const stripRows of [1, 16, 32]) expect(scaled(frame, size, stripRows)).toEqual(whole);
  }
});

test("a strip counts as changed exactly if a row that it shows has changed", () => {
  const frame = painted(40, 100, noise);
  for (const size of [
    { width: 40, height: 100 },
    { width: 11, height: 27 },
    { width: 20, height: 25 },
    { width: 60, height: 150 },
  ]) {
    const layout = new StripLayout(frame.all, size, 16);
    const before = scaled(frame, size, 16);
    for (let row = 0; row < frame.height; row++) {
      const { revision } = frame;
      frame.paint(
        { x: 0, y: row, width: 40, height: 1 },
        (x) => frame.pixels[row * 40 + x] ^ 0xffffff,
      );
      const after = scaled(frame, size, 16);
      for (let strip = 0; strip < layout.count; strip++) {
        const from = layout.firstRow(strip) * size.width;
        const to = from + layout.rows(strip) * size.width;
        const looksChanged = before.slice(from, to).join() !== after.slice(from, to).join();
        if (looksChanged) expect(layout.changed(frame, strip, revision)).toBe(true);
      }
      before.set(after);
    }
    // Row 5 is far from what the last strip shows.
    const { revision } = frame;
    frame.paint({ x: 0, y: 5, width: 1, height: 1 }, () => 1);
    expect(layout.changed(frame, layout.count - 1, revision)).toBe(false);
    expect(layout.changed(frame, 0, revision)).toBe(true);
    expect(layout.changed(frame, 0, frame.revision)).toBe(false);
  }
});

test("the rows of a strip that have changed are those that show a changed strip of the frame", () => {
  const frame = painted(40, 100, noise);
  const layout = new StripLayout(frame.all, { width: 10, height: 25 }, 16);
  const { revision } = frame;
  const all = { firstRow: 0, rows: 16 };
  expect(layout.changedRuns(frame, 0, null)).toEqual([all]);
  expect(layout.changedRuns(frame, 0, revision)).toEqual([]);
  // Rows 16 to 31 of the frame, and 48 to 63: each four of them are one of the picture.
  frame.paint({ x: 0, y: 20, width: 1, height: 1 }, () => 1);
  frame.paint({ x: 0, y: 63, width: 1, height: 1 }, () => 1);
  const runs = [4, 12].map((firstRow) => ({ firstRow, rows: 4 }));
  expect(layout.changedRuns(frame, 0, revision)).toEqual(runs);
  expect(layout.changedRuns(frame, 1, revision)).toEqual([]);
  // A row of 100 / 24 rows of the frame may show two of its strips.
  const uneven = new StripLayout(frame.all, { width: 10, height: 24 }, 16);
  expect(uneven.changedRuns(frame, 0, revision)).toEqual([
    { firstRow: 3, rows: 5 },
    { firstRow: 11, rows: 5 },
  ]);
});

test("the work of scaling rows counts what is read and what is written", () => {
  const frame = painted(40, 100, noise);
  const smaller = new StripLayout(frame.all, { width: 10, height: 25 }, 16);
  const runs = [
    { firstRow: 0, rows: 16 },
    { firstRow: 20, rows: 1 },
  ];
  expect(smaller.scaledPixels(runs)).toBe(40 * 64 + 10 * 16 + 40 * 4 + 10);
  const larger = new StripLayout(frame.all, { width: 4000, height: 100 }, 16);
  expect(larger.scaledPixels(runs.slice(0, 1))).toBe(40 * 16 + 4000 * 16);
});
