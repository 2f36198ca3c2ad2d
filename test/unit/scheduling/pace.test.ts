import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Pace } from "../../../src/scheduling/pace.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** How many of so many things happen within a time. */
async function countWithin(pace: Pace, wanted: number, ms: number): Promise<number> {
  let count = 0;
  const run = async () => {
    while (count < wanted) {
      count++;
      const pause = pace.count();
      if (pause !== null) await pause;
    }
  };
  void run();
  for (let i = 0; i < ms; i++) {
    jest.advanceTimersByTime(1);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  return count;
}

test("a second's worth happens at once, and the rest at its pace", async () => {
  const pace = new Pace(100);
  expect(await countWithin(pace, 1000, 0)).toBe(101);
  const other = new Pace(100);
  const count = await countWithin(other, 1000, 1000);
  expect(count).toBeGreaterThanOrEqual(195);
  expect(count).toBeLessThanOrEqual(202);
});

test("more than a second's worth is not saved up", async () => {
  const pace = new Pace(100);
  jest.advanceTimersByTime(60_000);
  expect(await countWithin(pace, 1000, 0)).toBe(101);
});

test("what is slower never waits", async () => {
  const pace = new Pace(100);
  for (let i = 0; i < 500; i++) {
    expect(pace.count()).toBeNull();
    jest.advanceTimersByTime(10);
  }
});
