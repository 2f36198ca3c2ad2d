/** Strips of a picture as JPEGs of their own are those of a frame that has no other rows. */
import { describe, expect, test } from "bun:test";
import {
  changedRuns,
  jpegRunBytes,
  runPlace,
  type StripRun,
  wholeRun,
  writeJpegRun,
} from "../../../src/image/jpeg/jpeg-run.ts";
import type { Picture } from "../../../src/image/picture-encoder.ts";
import type { EncodedPicture } from "../../../src/image/strips/encoded-picture.ts";
import { mixed } from "../../support/pictures.ts";
import { engineNames, openPictures, painted, parameters } from "./fixtures.ts";

const pictures = Object.fromEntries(engineNames.map((name) => [name, openPictures(name)]));

/** Nine strips, of which the last has two rows. */
const size = { width: 100, height: 130 };
const wanted = parameters({ format: "jpeg", quality: 60 });

function jpegOf(picture: Picture, run: StripRun): Uint8Array {
  const jpeg = new Uint8Array(jpegRunBytes(picture.encoded, run));
  writeJpegRun(picture, run, jpeg);
  return jpeg;
}

describe.each(engineNames)("%s", (engine) => {
  test.each([
    { first: 0, count: 1 },
    { first: 0, count: 9 },
    { first: 3, count: 2 },
    { first: 7, count: 2 },
    { first: 8, count: 1 },
  ])("%j", async (run) => {
    const frame = painted(size.width, size.height, mixed);
    const encoder = pictures[engine].openEncoder();
    const picture = await encoder.encode(frame, wanted);
    const { firstRow, rows } = runPlace(picture, run);
    expect(firstRow).toBe(run.first * 16);
    expect(rows).toBe(Math.min(run.count * 16, size.height - firstRow));
    const area = { x: 0, y: firstRow, width: size.width, height: rows };
    const alone = await encoder.encode(frame, { ...wanted, area });
    expect(Buffer.compare(jpegOf(picture, run), alone.bytes)).toBe(0);
    encoder.close();
  });

  test("what is sent to others stays as it is", async () => {
    const encoder = pictures[engine].openEncoder();
    const picture = await encoder.encode(painted(size.width, size.height, mixed), wanted);
    const before = picture.bytes.slice();
    jpegOf(picture, { first: 2, count: 3 });
    expect(Buffer.compare(picture.bytes, before)).toBe(0);
    encoder.close();
  });
});

/** A picture with a head of 10 bytes and strips of so many. */
function encoded(stripBytes: number[], stripRevisions: number[]): EncodedPicture {
  const stripOffsets = [10];
  for (const bytes of stripBytes) stripOffsets.push(stripOffsets.at(-1)! + bytes);
  return {
    stripOffsets: Uint32Array.from(stripOffsets),
    stripRevisions: Uint32Array.from(stripRevisions),
  } as EncodedPicture;
}

test("strips that have changed are one run with their neighbours", () => {
  const picture = encoded([50, 50, 50, 50, 50, 50], [3, 5, 6, 3, 3, 4]);
  const runs = (since: number) => changedRuns(picture, since).map((run) => Object.values(run));
  expect(runs(2)).toEqual([[0, 6]]);
  expect(runs(3)).toEqual([
    [1, 2],
    [5, 1],
  ]);
  expect(runs(4)).toEqual([[1, 2]]);
  expect(runs(5)).toEqual([[2, 1]]);
  expect(runs(6)).toEqual([]);
  expect(wholeRun(picture)).toEqual({ first: 0, count: 6 });
});

test("strips between two runs are taken along when they are no longer than a head", () => {
  const between = (bytes: number[]) =>
    changedRuns(encoded([50, ...bytes, 50], [2, ...bytes.map(() => 1), 2]), 1).length;
  expect(between([10])).toBe(1);
  expect(between([5, 5])).toBe(1);
  expect(between([11])).toBe(2);
  expect(between([5, 6])).toBe(2);
});
