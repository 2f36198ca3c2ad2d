import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { MessageRate } from "../../../src/live/message-rate.ts";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** How many of so many are taken. */
const taken = (rate: MessageRate, count: number) =>
  Array.from({ length: count }, () => rate.take()).filter(Boolean).length;

test("some may come at once, and then so many a second", () => {
  const rate = new MessageRate(10, 30);
  expect(taken(rate, 30)).toBe(30);
  expect(rate.take()).toBeFalse();
  const later = new MessageRate(10, 30);
  expect(taken(later, 30)).toBe(30);
  jest.advanceTimersByTime(500);
  expect(taken(later, 6)).toBe(5);
});

test("silence is no credit without end", () => {
  const rate = new MessageRate(10, 30);
  jest.advanceTimersByTime(3_600_000);
  expect(taken(rate, 40)).toBe(30);
});
