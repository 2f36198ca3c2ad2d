import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Collection } from "../../../src/scheduling/collection.ts";

let collections: number;
let collection: Collection;

beforeEach(() => {
  jest.useFakeTimers();
  collections = 0;
  collection = new Collection(() => collections++);
});
afterEach(() => {
  jest.useRealTimers();
});

test("follows a second after it was wanted, and twice more, however often it was", () => {
  for (let time = 0; time < 100; time++) collection.soon();
  jest.advanceTimersByTime(999);
  expect(collections).toBe(0);
  jest.advanceTimersByTime(1);
  expect(collections).toBe(1);
  jest.advanceTimersByTime(7000);
  expect(collections).toBe(3);
});

test("what is wanted later has one of its own, and then there are no more", () => {
  collection.soon();
  jest.advanceTimersByTime(9000);
  collection.soon();
  expect(collections).toBe(3);
  jest.advanceTimersByTime(60_000);
  expect(collections).toBe(6);
});

test("none where it is not wanted", () => {
  jest.advanceTimersByTime(60_000);
  expect(collections).toBe(0);
});
