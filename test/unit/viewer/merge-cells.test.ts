/** From cells that have changed to rectangles. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CellRect, cutCells, mergeCells } from "../../../src/viewer/merge-cells.ts";

/** As "left,top right,bottom". */
const show = ({ left, top, right, bottom }: CellRect) => `${left},${top} ${right},${bottom}`;

function merge(...strips: string[]): string[] {
  const area = { left: 0, top: 0, right: strips[0].length, bottom: strips.length };
  return mergeCells(area, (strip, column) => strips[strip][column] === "#").map(show);
}

describe("one rectangle", () => {
  test.each<[string, string[], string[]]>([
    ["is one cell", ["....", ".#..", "...."], ["1,1 2,2"]],
    ["is a line that somebody types in", [".....", ".##..", ".##.."], ["1,1 3,3"]],
    ["is everything", ["###", "###"], ["0,0 3,2"]],
    ["has a gap of four cells", ["#....#"], ["0,0 6,1"]],
    ["has strips of nearly the same columns", [".###.", "####.", ".####"], ["0,0 5,3"]],
    ["is cut off by no strip that is narrower", ["######", "##....", "######"], ["0,0 6,3"]],
  ])("%s", (_name, strips, rects) => expect(merge(...strips)).toEqual(rects));
});

describe("two rectangles", () => {
  test.each<[string, string[], string[]]>([
    ["have five cells between them", ["#.....#"], ["0,0 1,1", "6,0 7,1"]],
    ["have a strip between them", ["#", ".", "#"], ["0,0 1,1", "0,2 1,3"]],
    [
      "are a wide one above a narrow one",
      ["########", "########", "##......"],
      ["0,0 8,2", "0,2 2,3"],
    ],
    ["go down side by side", ["#......#", "#......#", "#......#"], ["0,0 1,3", "7,0 8,3"]],
  ])("%s", (_name, strips, rects) => expect(merge(...strips)).toEqual(rects));
});

test("nothing is no rectangle", () => expect(merge("...", "...")).toEqual([]));

test("cells outside of the area are not looked at", () => {
  const asked: string[] = [];
  mergeCells({ left: 2, top: 3, right: 4, bottom: 5 }, (strip, column) => {
    asked.push(`${column},${strip}`);
    return true;
  });
  expect(asked).toEqual(["2,3", "3,3", "2,4", "3,4"]);
});

test("an area that ends before it begins has none", () => {
  expect(mergeCells({ left: 4, top: 4, right: 2, bottom: 2 }, () => true)).toEqual([]);
});

const grid = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      cells: fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height }),
      columnsMax: fc.integer({ min: 1, max: 20 }),
      cellsMax: fc.integer({ min: 1, max: 50 }),
    }),
  );

test("every changed cell is in a rectangle, each of which is small enough and inside the area", () => {
  fc.assert(
    fc.property(grid, ({ width, height, cells, columnsMax, cellsMax }) => {
      const area = { left: 0, top: 0, right: width, bottom: height };
      const left = new Set([...cells.keys()].filter((cell) => cells[cell]));
      const merged = mergeCells(area, (strip, column) => cells[strip * width + column]);
      let waste = 0;
      for (const rect of merged.flatMap((each) => [...cutCells(each, columnsMax, cellsMax)])) {
        const columns = rect.right - rect.left;
        expect(columns).toBeLessThanOrEqual(columnsMax);
        expect(columns * (rect.bottom - rect.top)).toBeLessThanOrEqual(Math.max(cellsMax, columns));
        expect(rect.left).toBeGreaterThanOrEqual(0);
        expect(rect.right).toBeLessThanOrEqual(width);
        expect(rect.bottom).toBeLessThanOrEqual(height);
        for (let strip = rect.top; strip < rect.bottom; strip++) {
          for (let column = rect.left; column < rect.right; column++) {
            const cell = strip * width + column;
            if (!cells[cell]) waste++;
            left.delete(cell);
          }
        }
      }
      expect([...left]).toEqual([]);
      // A gap of four for each cell of a row, and four for each strip that a rectangle goes on.
      expect(waste).toBeLessThanOrEqual(8 * cells.filter(Boolean).length);
    }),
    { numRuns: 300 },
  );
});
