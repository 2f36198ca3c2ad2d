import { expect, test } from "bun:test";
import { ConcurrencyLimit } from "../../../src/scheduling/concurrency-limit.ts";

test("a limit lets so many run at once and the others in order, whether they fail or not", async () => {
  const limit = new ConcurrencyLimit(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const task = (number: number) =>
    limit.run(async () => {
      started.push(number);
      await new Promise<void>((resolve) => finish.push(resolve));
      if (number === 1) throw new Error("one");
      return number;
    });
  const results = [0, 1, 2, 3].map(task);
  const settled = Promise.allSettled(results);
  expect(started).toEqual([0, 1]);
  finish[1]();
  await expect(results[1]).rejects.toThrow("one");
  expect(started).toEqual([0, 1, 2]);
  finish[0]();
  expect(await results[0]).toBe(0);
  finish[2]();
  finish[3]();
  const values = (await settled).map(({ status }) => status);
  expect(values).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  // Nobody waits: both places are free again.
  expect(await Promise.all([limit.run(async () => 1), limit.run(async () => 2)])).toEqual([1, 2]);
});
