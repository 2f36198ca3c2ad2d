import { expect, test } from "bun:test";
import { Foresight } from "../../../src/image/foresight.ts";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";

const picture = (width: number): PictureParameters => ({
  format: "jpeg",
  compression: 5,
  quality: 75,
  width,
  height: null,
});

/** Updates and requests of one picture in their order: `u` and `r`. Returns which updates it was due after. */
function dueAfter(events: string): number[] {
  const foresight = new Foresight();
  const due: number[] = [];
  for (const [index, event] of [...events].entries()) {
    if (event === "r") foresight.asked("a", picture(1), index);
    else if (foresight.updated(index).length > 0) due.push(index);
  }
  return due;
}

test("nothing is made that nobody has asked for", () => {
  expect(dueAfter("uuu")).toEqual([]);
});

test("a screen that changes once between two requests has its picture ready each time", () => {
  expect(dueAfter("rururu")).toEqual([1, 3, 5]);
});

test("after the first request, one update is expected, or two", () => {
  expect(dueAfter("ruuuu")).toEqual([1, 2]);
});

test("a change in two updates has its picture ready, and so has the next in one", () => {
  expect(dueAfter("ru" + "ruu" + "ru" + "ruu")).toEqual([1, 3, 4, 6, 8, 9]);
});

test("a screen that changes all the time has one made at the end", () => {
  expect(dueAfter("ruuuu" + "ruuuu" + "ruuuu" + "ruuuu")).toEqual([1, 2, 6, 7, 14, 19]);
});

test("requests with no update between them change no expectation: a request may look twice", () => {
  expect(dueAfter("rruuu" + "rrruuu" + "rrr" + "ruuu")).toEqual([2, 3, 8, 9, 17]);
});

test("pictures are told apart, and only the four that were asked for last are made", () => {
  const foresight = new Foresight();
  for (const width of [1, 2, 3, 4, 1, 5]) foresight.asked(String(width), picture(width), 0);
  expect(foresight.updated(0).map(({ width }) => width)).toEqual([3, 4, 1, 5]);
});

test("a picture that was not asked for in ten seconds is not made any more", () => {
  const foresight = new Foresight();
  foresight.asked("a", picture(1), 0);
  foresight.asked("b", picture(2), 1);
  expect(foresight.updated(10_001)).toEqual([picture(2)]);
  foresight.asked("a", picture(1), 10_002);
  expect(foresight.updated(10_003)).toEqual([picture(1)]);
});
