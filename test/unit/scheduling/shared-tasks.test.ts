import { beforeEach, expect, test } from "bun:test";
import { SharedTasks } from "../../../src/scheduling/shared-tasks.ts";
import { failureOf } from "../../support/failure.ts";

const unaborted = new AbortController().signal;

let tasks: SharedTasks<string>;
let begun: { abandoned: AbortSignal; settle: PromiseWithResolvers<string> }[];

beforeEach(() => {
  tasks = new SharedTasks();
  begun = [];
});

const ask = (signal: AbortSignal = unaborted, key = "pc-01") =>
  tasks.run(key, signal, (abandoned) => {
    const settle = Promise.withResolvers<string>();
    begun.push({ abandoned, settle });
    return settle.promise;
  });

test("who wants the same waits for the same, and only as long as it is under way", async () => {
  const waiting = [ask(), ask(), ask(unaborted, "pc-02")];
  expect(begun).toHaveLength(2);
  begun[0].settle.resolve("one");
  begun[1].settle.resolve("two");
  expect(await Promise.all(waiting)).toEqual(["one", "one", "two"]);
  void ask();
  expect(begun).toHaveLength(3);
  expect(begun[0].abandoned.aborted).toBe(false);
});

test("all who wait learn of an error", async () => {
  const failures = [failureOf(ask()), failureOf(ask())];
  begun[0].settle.reject(new Error("no"));
  expect((await Promise.all(failures)).map(({ message }) => message)).toEqual(["no", "no"]);
});

test("it is given up when the last one has left, not before; the next one begins anew", async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const failures = [failureOf(ask(first.signal)), failureOf(ask(second.signal))];
  first.abort(new Error("first"));
  expect((await failures[0]).message).toBe("first");
  expect(begun[0].abandoned.aborted).toBe(false);
  second.abort(new Error("second"));
  expect((await failures[1]).message).toBe("second");
  expect(begun[0].abandoned.aborted).toBe(true);
  const next = ask();
  begun[0].settle.reject(new Error("of nobody's interest"));
  begun[1].settle.resolve("fresh");
  expect(await next).toBe("fresh");
});

test("who has left before gets nothing begun", async () => {
  expect(await failureOf(ask(AbortSignal.abort(new Error("gone"))))).toHaveProperty(
    "message",
    "gone",
  );
  expect(begun).toEqual([]);
});
