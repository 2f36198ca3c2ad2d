/** By a clock that moves only when work is done. */
import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";

let nowMs: number;
let clock: ReturnType<typeof spyOn>;

beforeEach(() => {
  nowMs = 1000;
  clock = spyOn(performance, "now").mockImplementation(() => nowMs);
});

afterEach(() => void clock.mockRestore());

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Work of so many steps, each of which takes a time and is noted. */
function* work(events: string[], name: string, steps: number, stepMs: number) {
  for (let step = 1; step <= steps; step++) {
    events.push(`${name}${step}`);
    nowMs += stepMs;
    yield;
  }
  return name;
}

test("short work is done at once", () => {
  const events: string[] = [];
  const line = new TimeSlicer().openLine();
  expect(line.run(work(events, "a", 3, 0.1))).toBe("a");
  expect(events).toEqual(["a1", "a2", "a3"]);
});

test("long work lets others run after each slice of 2 ms", async () => {
  const events: string[] = [];
  const line = new TimeSlicer().openLine();
  const done = line.run(work(events, "a", 8, 0.9));
  expect(events).toEqual(["a1", "a2", "a3"]);
  await nextTurn();
  expect(events).toEqual(["a1", "a2", "a3", "a4", "a5", "a6"]);
  expect(await done).toBe("a");
  expect(events).toHaveLength(8);
});

test("all lines together have one slice in a turn", async () => {
  const events: string[] = [];
  const slicer = new TimeSlicer();
  const all = ["a", "b", "c"].map((name) => slicer.openLine().run(work(events, name, 2, 2)));
  expect(events).toEqual(["a1"]);
  const turns: number[] = [];
  for (let turn = 0; turn < 12 && events.length < 6; turn++) {
    const before = events.length;
    await nextTurn();
    turns.push(events.length - before);
  }
  expect(Math.max(...turns)).toBe(1);
  expect(await Promise.all(all)).toEqual(["a", "b", "c"]);
});

test("lines take turns, so that one who has a lot holds up nobody but themselves", async () => {
  const events: string[] = [];
  const slicer = new TimeSlicer();
  const greedy = slicer.openLine();
  const jobs = [1, 2, 3].map((job) => greedy.run(work(events, `greedy ${job}.`, 100, 2)));
  const modest = slicer.openLine().run(work(events, "modest ", 2, 1));
  expect(await modest).toBe("modest ");
  expect(events.filter((event) => event.startsWith("greedy")).length).toBeLessThan(5);
  greedy.close(new Error("over"));
  await Promise.allSettled(jobs);
});

test("the work of one line is done in its order", async () => {
  const events: string[] = [];
  const line = new TimeSlicer().openLine();
  const all = [line.run(work(events, "a", 3, 3)), line.run(work(events, "b", 2, 0))];
  expect(await Promise.all(all)).toEqual(["a", "b"]);
  expect(events).toEqual(["a1", "a2", "a3", "b1", "b2"]);
});

test("a failure is its own job's only", async () => {
  const line = new TimeSlicer().openLine();
  const events: string[] = [];
  const failing = function* () {
    nowMs += 5;
    yield;
    throw new Error("bad");
  };
  const bad = line.run(failing());
  const good = line.run(work(events, "good", 1, 0));
  await expect(bad as Promise<unknown>).rejects.toThrow("bad");
  expect(await good).toBe("good");
  const atOnce = function* () {
    yield;
    throw new Error("bad at once");
  };
  await nextTurn();
  expect(() => line.run(atOnce())).toThrow("bad at once");
});

describe("a pause", () => {
  test("is none while there is time in the slice, and one until the next turn when it is over", async () => {
    const line = new TimeSlicer().openLine();
    expect(line.pause()).toBeNull();
    nowMs += 1.9;
    expect(line.pause()).toBeNull();
    nowMs += 0.2;
    let resumed = false;
    const pause = line.pause()!.then(() => (resumed = true));
    await Promise.resolve();
    expect(resumed).toBe(false);
    await pause;
    await nextTurn();
    expect(line.pause()).toBeNull();
  });

  test("of many who read without end gives each a turn", async () => {
    const slicer = new TimeSlicer();
    const read = [0, 0, 0];
    const readers = read.map(async (_, index) => {
      const line = slicer.openLine();
      while (read[index] < 20) {
        read[index]++;
        nowMs += 1;
        const pause = line.pause();
        if (pause !== null) await pause;
      }
    });
    let widest = 0;
    while (Math.min(...read) < 15) {
      widest = Math.max(widest, Math.max(...read) - Math.min(...read));
      await nextTurn();
    }
    expect(widest).toBeLessThan(6);
    await Promise.all(readers);
  });
});

test("closing a line drops its work, now and later", async () => {
  const events: string[] = [];
  const line = new TimeSlicer().openLine();
  const begun = line.run(work(events, "a", 100, 3));
  const waiting = line.run(work(events, "b", 1, 0));
  const pause = line.pause();
  const reason = new Error("over");
  line.close(reason);
  for (const each of [begun, waiting, pause]) {
    await expect(each as Promise<unknown>).rejects.toBe(reason);
  }
  await nextTurn();
  await nextTurn();
  expect(events).toEqual(["a1"]);
  expect(() => line.run(work(events, "c", 1, 0))).toThrow(reason);
});
