import { describe, expect, test } from "bun:test";
import { ConcurrencyLimit } from "../../../src/image/concurrency-limit.ts";
import { TimeSlicer } from "../../../src/image/time-slicer.ts";

/** Keeps the thread busy until the clock has moved on by so many milliseconds. */
function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

describe("the slicer", () => {
  test("work that takes longer than a slice lets others have their turn", async () => {
    const slicer = new TimeSlicer();
    const events: string[] = [];
    let done = false;
    const others = (): void => {
      events.push("other");
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    const work = function* () {
      for (let step = 0; step < 3; step++) {
        events.push(`step ${step}`);
        spin(3);
        yield;
      }
      return "result";
    };
    expect(await slicer.run(work())).toBe("result");
    done = true;
    const steps = events.join().split(/step \d/);
    for (const between of steps.slice(1, -1)) expect(between).toContain("other");
  });

  test("short work is done in one turn, first come, first served", async () => {
    const slicer = new TimeSlicer();
    const events: string[] = [];
    const work = function* (name: string) {
      events.push(`${name}1`);
      yield;
      events.push(`${name}2`);
    };
    const all = [
      slicer.run(work("a")),
      slicer.run(work("b")),
      slicer.runWhole(() => events.push("c")),
    ];
    // Nothing starts in the caller's own turn.
    expect(events).toEqual([]);
    await Promise.all(all);
    expect(events).toEqual(["a1", "a2", "b1", "b2", "c"]);
  });

  test("a failure is its own job's only", async () => {
    const slicer = new TimeSlicer();
    const bad = slicer.runWhole(() => {
      throw new Error("bad");
    });
    const good = slicer.runWhole(() => Promise.resolve(7));
    await expect(bad).rejects.toThrow("bad");
    expect(await good).toBe(7);
    expect(await slicer.runWhole(() => 8)).toBe(8);
  });
});

describe("the concurrency limit", () => {
  test("lets so many run at once and the others in order, whether they fail or not", async () => {
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
});
