/**
 * Which pictures are made before they are asked for, by a clock that stands still until it is
 * moved.
 */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import { Demand } from "../../../src/watch/demand.ts";

const picture = (width: number): PictureParameters => ({
  format: "jpeg",
  compression: 5,
  quality: 75,
  width,
  height: null,
});

let demand: Demand;

beforeEach(() => {
  jest.useFakeTimers();
  // The library takes 0 for "not set".
  jest.advanceTimersByTime(1);
  demand = new Demand();
});
afterEach(() => jest.useRealTimers());

/**
 * Updates and looks at one picture in their order: `u` and `l`. Returns which updates it was due
 * after.
 */
function dueAfter(events: string): number[] {
  const due: number[] = [];
  for (const [index, event] of [...events].entries()) {
    if (event === "l") demand.looked(picture(1));
    else if (demand.updated().length > 0) due.push(index);
  }
  return due;
}

test("nothing is made that nobody has asked for", () => {
  expect(dueAfter("uuu")).toEqual([]);
});

test("a screen that changes once between two looks has its picture ready each time", () => {
  expect(dueAfter("lululu")).toEqual([1, 3, 5]);
});

test("after the first look, one update is expected, or two", () => {
  expect(dueAfter("luuuu")).toEqual([1, 2]);
});

test("a change in two updates has its picture ready, and so has the next in one", () => {
  expect(dueAfter("lu" + "luu" + "lu" + "luu")).toEqual([1, 3, 4, 6, 8, 9]);
});

test("a screen that changes all the time has one made at the end", () => {
  expect(dueAfter("luuuu" + "luuuu" + "luuuu" + "luuuu")).toEqual([1, 2, 6, 7, 14, 19]);
});

test("looks with no update between them change no expectation", () => {
  expect(dueAfter("lluuu" + "llluuu" + "lll" + "luuu")).toEqual([2, 3, 8, 9, 17]);
});

test("pictures are told apart, and only the four that were asked for last are made", () => {
  for (const width of [1, 2, 3, 4, 1, 5]) demand.looked(picture(width));
  expect(demand.updated().map(({ width }) => width)).toEqual([3, 4, 1, 5]);
});

test("what changes no pixel of a picture tells no pictures apart", () => {
  demand.looked(picture(1));
  demand.looked({ ...picture(1), compression: 9 });
  expect(demand.updated()).toHaveLength(1);
  demand.looked({ ...picture(1), quality: 10 });
  demand.looked({ ...picture(1), height: 3 });
  demand.looked({ ...picture(1), format: "png" });
  expect(demand.updated()).toHaveLength(4);
});

test("a picture that was not asked for in ten seconds is not made any more", () => {
  demand.looked(picture(1));
  jest.advanceTimersByTime(1);
  demand.looked(picture(2));
  jest.advanceTimersByTime(10_000);
  expect(demand.updated()).toEqual([picture(2)]);
  jest.advanceTimersByTime(1);
  demand.looked(picture(1));
  expect(demand.updated()).toEqual([picture(1)]);
});

test("the pace of looks is the time between the last two", () => {
  expect(demand.gapMs).toBe(Infinity);
  jest.advanceTimersByTime(700);
  demand.looked(picture(1));
  expect(demand.gapMs).toBe(700);
  jest.advanceTimersByTime(40);
  demand.looked(picture(2));
  expect(demand.gapMs).toBe(40);
  expect(demand.lookedAtMs).toBe(performance.now());
});
