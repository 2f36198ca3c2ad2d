import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { StateQuery } from "../../../src/hosts/state-query.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const ageMaxMs = 20;
const waitMaxMs = 250;

function createQuery(): { query: StateQuery; asked: () => number; settled: () => string[] } {
  let asked = 0;
  const settled: string[] = [];
  const query = new StateQuery(() => asked++);
  const refresh = query.refresh.bind(query);
  let serial = 0;
  query.refresh = (...args) => {
    const name = String(++serial);
    return refresh(...args).then(() => void settled.push(name));
  };
  return { query, asked: () => asked, settled: () => settled };
}

/** Lets what has been settled take its effect. */
async function turn(): Promise<void> {
  for (let count = 0; count < 10; count++) await Promise.resolve();
}

test("asks, and returns with the answer", async () => {
  const { query, asked, settled } = createQuery();
  void query.refresh(ageMaxMs, waitMaxMs);
  await turn();
  expect([asked(), settled()]).toEqual([1, []]);
  query.answered();
  await turn();
  expect([asked(), settled()]).toEqual([1, ["1"]]);
});

test("those who ask meanwhile share the question and its answer", async () => {
  const { query, asked, settled } = createQuery();
  for (let count = 0; count < 3; count++) void query.refresh(ageMaxMs, waitMaxMs);
  query.ask();
  query.answered();
  await turn();
  expect([asked(), settled()]).toEqual([1, ["1", "2", "3"]]);
});

test("an answer is given out as long as it is young enough", async () => {
  const { query, asked, settled } = createQuery();
  query.answered();
  jest.advanceTimersByTime(ageMaxMs);
  await query.refresh(ageMaxMs, waitMaxMs);
  expect(asked()).toBe(0);
  jest.advanceTimersByTime(1);
  void query.refresh(ageMaxMs, waitMaxMs);
  await turn();
  expect([asked(), settled()]).toEqual([1, ["1"]]);
});

test("a busy host is waited for and then left to itself, and not asked twice", async () => {
  const { query, asked, settled } = createQuery();
  void query.refresh(ageMaxMs, waitMaxMs);
  jest.advanceTimersByTime(waitMaxMs - 1);
  await turn();
  expect(settled()).toEqual([]);
  jest.advanceTimersByTime(1);
  await turn();
  expect(settled()).toEqual(["1"]);
  void query.refresh(ageMaxMs, waitMaxMs);
  expect(asked()).toBe(1);
  query.answered();
  await turn();
  expect(settled()).toEqual(["1", "2"]);
});

test("a question without an answer is asked again after a while, when somebody wants to know", async () => {
  const { query, asked } = createQuery();
  void query.refresh(ageMaxMs, waitMaxMs);
  jest.advanceTimersByTime(1999);
  void query.refresh(ageMaxMs, waitMaxMs);
  expect(asked()).toBe(1);
  jest.advanceTimersByTime(1);
  expect(asked()).toBe(1);
  void query.refresh(ageMaxMs, waitMaxMs);
  expect(asked()).toBe(2);
});

test("nothing is left of those who have waited in vain", async () => {
  const { query } = createQuery();
  for (let count = 0; count < 100; count++) void query.refresh(ageMaxMs, waitMaxMs);
  jest.advanceTimersByTime(waitMaxMs);
  expect(jest.getTimerCount()).toBe(0);
});

test("tells how old the answer is, and that there was none", () => {
  const { query } = createQuery();
  expect(query.ageMs).toBe(Infinity);
  query.answered();
  jest.advanceTimersByTime(70);
  expect(Math.round(query.ageMs)).toBe(70);
});

test("a push that comes by itself is an answer, and the next question is a new one", async () => {
  const { query, asked } = createQuery();
  query.answered();
  jest.advanceTimersByTime(1000);
  query.ask();
  query.answered();
  query.ask();
  expect(asked()).toBe(2);
});
