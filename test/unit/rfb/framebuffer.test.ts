import { describe, expect, test } from "bun:test";
import { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import type { Rect } from "../../../src/rfb/rect.ts";
import { seededRandom } from "../../support/rfb-encoders/picture.ts";

const { stripRows } = new Framebuffer(1, 1);

const width = 7;
const height = 5;

/** A screen whose pixels are all different. */
function numbered(): Framebuffer {
  const framebuffer = new Framebuffer(width, height);
  framebuffer.pixels.forEach((_, index) => (framebuffer.pixels[index] = 1000 + index));
  return framebuffer;
}

/** The screen where `rect` holds what `pixelAt` says for its columns and rows. */
function expectOnly(
  framebuffer: Framebuffer,
  rect: Rect,
  pixelAt: (column: number, row: number) => number,
): void {
  const expected = numbered().pixels;
  for (let row = 0; row < rect.height; row++) {
    for (let column = 0; column < rect.width; column++) {
      expected[(rect.y + row) * width + rect.x + column] = pixelAt(column, row);
    }
  }
  expect([...framebuffer.pixels]).toEqual([...expected]);
}

const rects: Rect[] = [
  { x: 0, y: 0, width, height },
  { x: 2, y: 1, width: 3, height: 2 },
  { x: 0, y: 2, width, height: 2 },
  { x: 6, y: 4, width: 1, height: 1 },
  { x: 0, y: 0, width: 1, height: 5 },
  { x: 3, y: 3, width: 0, height: 2 },
  { x: 3, y: 3, width: 2, height: 0 },
  { x: 7, y: 5, width: 0, height: 0 },
];

test.each(rects)("put paints $width x $height at $x, $y and nothing else", (rect) => {
  const framebuffer = numbered();
  // More than is needed: a decoder may hand in a larger buffer.
  const pixels = Uint32Array.from({ length: rect.width * rect.height + 9 }, (_, index) => index);
  framebuffer.put(rect, pixels);
  expectOnly(framebuffer, rect, (column, row) => row * rect.width + column);
});

describe("copy", () => {
  const from = { x: 2, y: 1 };
  const moves = [-2, -1, 0, 1, 2].flatMap((dx) => [-1, 0, 1].map((dy) => ({ dx, dy })));

  test.each(moves)("over itself, moved by $dx, $dy", ({ dx, dy }) => {
    const to = { x: from.x + dx, y: from.y + dy, width: 3, height: 3 };
    const framebuffer = numbered();
    framebuffer.copy(to, from);
    expectOnly(framebuffer, to, (column, row) => 1000 + (from.y + row) * width + from.x + column);
  });

  test("any rectangle to any place", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 500; round++) {
      const rect = { width: random(width + 1), height: random(height + 1) };
      const place = () => ({
        x: random(width - rect.width + 1),
        y: random(height - rect.height + 1),
      });
      const from = place();
      const to = { ...place(), ...rect };
      const framebuffer = numbered();
      framebuffer.copy(to, from);
      expectOnly(framebuffer, to, (column, row) => 1000 + (from.y + row) * width + from.x + column);
    }
  });
});

describe("a change", () => {
  const tall = () => new Framebuffer(10, 3 * stripRows + 1);

  /** Fills and touches the rectangles, in one update. */
  function update(framebuffer: Framebuffer, colour: number, ...rects: Rect[]): void {
    for (const rect of rects) {
      framebuffer.put(rect, new Uint32Array(rect.width * rect.height).fill(colour));
      framebuffer.touch(rect);
    }
    for (const _strip of framebuffer.noteChanges());
  }

  const everything = { x: 0, y: 0, width: 10, height: 49 };

  test("all strips have the first revision at first", () => {
    const framebuffer = tall();
    expect(framebuffer.revision).toBe(1);
    expect([...framebuffer.stripRevisions]).toEqual([1, 1, 1, 1]);
  });

  test.each<[string, Rect, number[]]>([
    ["the first row", { x: 0, y: 0, width: 1, height: 1 }, [2, 1, 1, 1]],
    ["the last row of a strip", { x: 9, y: 15, width: 1, height: 1 }, [2, 1, 1, 1]],
    ["the first row of the next", { x: 0, y: 16, width: 10, height: 1 }, [1, 2, 1, 1]],
    ["rows on both sides of an edge", { x: 0, y: 15, width: 10, height: 2 }, [2, 2, 1, 1]],
    ["exactly one strip", { x: 0, y: 16, width: 10, height: 16 }, [1, 2, 1, 1]],
    ["one row more", { x: 0, y: 16, width: 10, height: 17 }, [1, 2, 2, 1]],
    ["the strip that is not full", { x: 0, y: 48, width: 10, height: 1 }, [1, 1, 1, 2]],
    ["everything", everything, [2, 2, 2, 2]],
  ])("%s", (_name, rect, revisions) => {
    const framebuffer = tall();
    update(framebuffer, 0, everything);
    const first = framebuffer.revision;
    update(framebuffer, 5, rect);
    expect(framebuffer.revision).toBe(first + 1);
    expect([...framebuffer.stripRevisions]).toEqual(revisions.map((each) => each - 1 + first));
  });

  test("each update is a revision of its own, whatever it consists of", () => {
    const framebuffer = tall();
    update(framebuffer, 1, everything);
    const [top, second] = [0, 20].map((y) => ({ x: 0, y, width: 1, height: 1 }));
    update(framebuffer, 2, top, second);
    update(framebuffer, 3, top);
    expect(framebuffer.revision).toBe(4);
    expect([...framebuffer.stripRevisions]).toEqual([4, 3, 2, 2]);
  });

  test("pixels that are sent again are none", () => {
    const framebuffer = tall();
    update(framebuffer, 1, everything);
    update(framebuffer, 1, everything);
    expect(framebuffer.revision).toBe(2);
    // Painted over and back within one update.
    framebuffer.put({ x: 0, y: 0, width: 1, height: 1 }, Uint32Array.of(9));
    framebuffer.touch({ x: 0, y: 0, width: 1, height: 1 });
    update(framebuffer, 1, { x: 0, y: 0, width: 1, height: 1 });
    expect(framebuffer.revision).toBe(2);
    expect([...framebuffer.stripRevisions]).toEqual([2, 2, 2, 2]);
  });

  test("one pixel among those that are sent again is one", () => {
    const framebuffer = tall();
    update(framebuffer, 1, everything);
    framebuffer.pixels[framebuffer.pixels.length - 1] = 2;
    framebuffer.touch(everything);
    for (const _strip of framebuffer.noteChanges());
    expect([...framebuffer.stripRevisions]).toEqual([2, 2, 2, 3]);
  });

  test.each([
    { x: 0, y: 0, width: 0, height: 5 },
    { x: 0, y: 0, width: 5, height: 0 },
    { x: 10, y: 49, width: 0, height: 0 },
  ])("nothing is none: $width x $height", (rect) => {
    const framebuffer = tall();
    update(framebuffer, 1, rect);
    expect(framebuffer.revision).toBe(1);
    expect([...framebuffer.stripRevisions]).toEqual([1, 1, 1, 1]);
  });
});

describe("the cells that may have changed", () => {
  /** Two cells and a narrow one across, and three strips. */
  const wide = () => new Framebuffer(2 * 64 + 5, 2 * stripRows + 3);
  const everything = { x: 0, y: 0, width: 133, height: 35 };

  function update(framebuffer: Framebuffer, colour: number, ...rects: Rect[]): number[][] {
    for (const rect of rects) {
      framebuffer.put(rect, new Uint32Array(rect.width * rect.height).fill(colour));
      framebuffer.touch(rect);
    }
    for (const _strip of framebuffer.noteChanges());
    return [0, 3, 6].map((start) =>
      Array.from(framebuffer.cellRevisions.subarray(start, start + 3)),
    );
  }

  test.each<[string, Rect, number[][]]>([
    [
      "the first pixel",
      { x: 0, y: 0, width: 1, height: 1 },
      [
        [3, 2, 2],
        [2, 2, 2],
        [2, 2, 2],
      ],
    ],
    [
      "the last pixel",
      { x: 132, y: 34, width: 1, height: 1 },
      [
        [2, 2, 2],
        [2, 2, 2],
        [2, 2, 3],
      ],
    ],
    [
      "one whole cell",
      { x: 64, y: 16, width: 64, height: 16 },
      [
        [2, 2, 2],
        [2, 3, 2],
        [2, 2, 2],
      ],
    ],
    [
      "both sides of an edge",
      { x: 63, y: 15, width: 2, height: 2 },
      [
        [3, 3, 2],
        [3, 3, 2],
        [2, 2, 2],
      ],
    ],
    [
      "everything",
      everything,
      [
        [3, 3, 3],
        [3, 3, 3],
        [3, 3, 3],
      ],
    ],
  ])("%s", (_name, rect, revisions) => {
    const framebuffer = wide();
    expect([framebuffer.cellColumns, framebuffer.cellsAcross]).toEqual([64, 3]);
    update(framebuffer, 0, everything);
    expect(update(framebuffer, 5, rect)).toEqual(revisions);
  });

  test("are those that were painted, where one pixel of a strip is another", () => {
    const framebuffer = wide();
    update(framebuffer, 0, everything);
    framebuffer.put({ x: 70, y: 3, width: 1, height: 1 }, Uint32Array.of(9));
    framebuffer.touch({ x: 0, y: 0, width: 100, height: 35 });
    expect(update(framebuffer, 0)).toEqual([
      [3, 3, 2],
      [2, 2, 2],
      [2, 2, 2],
    ]);
    // What was painted then is forgotten.
    expect(update(framebuffer, 4, { x: 132, y: 0, width: 1, height: 1 })[0]).toEqual([3, 3, 4]);
  });
});

describe("complete", () => {
  test("as soon as every pixel has been touched, in any order and more than once", () => {
    const framebuffer = new Framebuffer(width, height);
    const parts: Rect[] = [
      { x: 3, y: 2, width: 4, height: 3 },
      { x: 0, y: 0, width, height: 2 },
      { x: 0, y: 0, width, height: 2 },
      { x: 0, y: 2, width: 3, height: 2 },
      { x: 0, y: 4, width: 2, height: 1 },
    ];
    for (const rect of parts) {
      framebuffer.touch(rect);
      expect(framebuffer.complete).toBe(false);
    }
    framebuffer.touch({ x: 2, y: 4, width: 1, height: 1 });
    expect(framebuffer.complete).toBe(true);
    framebuffer.touch({ x: 0, y: 0, width: 1, height: 1 });
    expect(framebuffer.complete).toBe(true);
  });

  test("pixel by pixel", () => {
    const random = seededRandom(2);
    const framebuffer = new Framebuffer(width, height);
    const missing = Array.from({ length: width * height }, (_, index) => index);
    while (missing.length > 0) {
      expect(framebuffer.complete).toBe(false);
      const [index] = missing.splice(random(missing.length), 1);
      framebuffer.touch({ x: index % width, y: Math.floor(index / width), width: 1, height: 1 });
    }
    expect(framebuffer.complete).toBe(true);
  });
});

test("who waits for a still picture waits again when the next update comes first", async () => {
  const framebuffer = numbered();
  const seen: string[] = [];
  framebuffer.beginPaint();
  const look = framebuffer.whenStill(() => seen.push("look"));
  framebuffer.endPaint();
  framebuffer.beginPaint();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(seen).toEqual([]);
  framebuffer.endPaint();
  await look;
  expect(seen).toEqual(["look"]);
});
