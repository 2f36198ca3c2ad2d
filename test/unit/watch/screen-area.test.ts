import { describe, expect, test } from "bun:test";
import { screenArea, UnknownScreenError } from "../../../src/watch/screen-area.ts";

const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const frame = { width: 3200, height: 1080 };

describe("the part of the frame that a screen fills", () => {
  test("is its place in the host's desktop", () => {
    const screens = [at(0, 0, 1920, 1080), at(1920, 56, 1280, 1024)];
    expect(screenArea(screens, 1, frame)).toEqual(at(0, 0, 1920, 1080));
    expect(screenArea(screens, 2, frame)).toEqual(at(1920, 56, 1280, 1024));
  });

  test("also when the desktop begins left of the first screen, and above it", () => {
    const screens = [at(0, 0, 1920, 1080), at(-1280, -200, 1280, 1024)];
    const wide = { width: 3200, height: 1280 };
    expect(screenArea(screens, 1, wide)).toEqual(at(1280, 200, 1920, 1080));
    expect(screenArea(screens, 2, wide)).toEqual(at(0, 0, 1280, 1024));
  });

  test("is scaled where the host counts larger pixels than the frame has", () => {
    const screens = [at(0, 0, 960, 540), at(960, 0, 640, 540)];
    expect(screenArea(screens, 2, frame)).toEqual(at(1920, 0, 1280, 1080));
  });

  test("is all of it where the host names no screen", () => {
    for (const none of [[], [at(0, 0, 0, 0), at(5, 5, -1, 3)]]) {
      expect(screenArea(none, 1, frame)).toEqual(at(0, 0, 3200, 1080));
    }
  });

  test("lies inside it whatever the host says, and is never empty", () => {
    const screens = [at(-0x80000000, -7, 0x7fffffff, 1), at(0x7fffff00, 99, 1, 0x7fffffff)];
    for (const number of [1, 2]) {
      const { x, y, width, height } = screenArea(screens, number, { width: 3, height: 2 });
      expect([x >= 0, y >= 0, width > 0, height > 0]).toEqual([true, true, true, true]);
      expect([x + width <= 3, y + height <= 2]).toEqual([true, true]);
      for (const each of [x, y, width, height]) expect(each).toBeInteger();
    }
  });
});

test("a screen that is not there is named, and so are those that are", () => {
  const two = [at(0, 0, 10, 10), at(10, 0, 10, 10)];
  const unknown = (screens: typeof two, number: number) => () => screenArea(screens, number, frame);
  expect(unknown(two, 3)).toThrow(
    new UnknownScreenError("screen 3 is unknown: the host has screens 1 to 2"),
  );
  expect(unknown(two.slice(0, 1), 2)).toThrow("screen 2 is unknown: the host has one screen");
  expect(unknown([], 2)).toThrow("screen 2 is unknown: the host has one screen");
});
