import { beforeEach, expect, test } from "bun:test";
import { FairQueue, QueueFullError } from "../../../src/scheduling/fair-queue.ts";
import { failureOf } from "../../support/failure.ts";

const unaborted = new AbortController().signal;

let queue: FairQueue;
/** What has begun, in order. */
let begun: string[];
let finish: Map<string, () => void>;

beforeEach(() => {
  queue = new FairQueue({ what: "jobs", runningMax: 4, waitingMax: 6 });
  begun = [];
  finish = new Map();
});

/** A task that goes on until `end` is called with its name; the first letter is who wants it. */
function want(name: string, signal: AbortSignal = unaborted): Promise<string> {
  return queue.run(name[0], signal, async () => {
    begun.push(name);
    await new Promise<void>((resolve) => finish.set(name, resolve));
    return name;
  });
}

async function end(task: Promise<string>, name: string): Promise<void> {
  finish.get(name)?.();
  expect(await task).toBe(name);
}

test("one caller has half of the places, and the other half is for others", () => {
  for (const name of ["a1", "a2", "a3", "a4"]) void want(name);
  expect(begun).toEqual(["a1", "a2"]);
  for (const name of ["b1", "c1", "d1"]) void want(name);
  expect(begun).toEqual(["a1", "a2", "b1", "c1"]);
  expect([queue.running, queue.waiting]).toEqual([4, 3]);
});

test("callers take turns, however much one of them wants", async () => {
  const first = ["a1", "a2", "b1", "b2"].map((name) => want(name));
  for (const name of ["a3", "a4", "a5", "c1", "b3"]) void want(name);
  await end(first[0], "a1");
  expect(begun.slice(4)).toEqual(["a3"]);
  await end(first[1], "a2");
  // c, which came later than a4 and a5 and has had nothing, is next.
  expect(begun.slice(4)).toEqual(["a3", "c1"]);
  await end(first[2], "b1");
  expect(begun.slice(4)).toEqual(["a3", "c1", "b3"]);
  await end(first[3], "b2");
  expect(begun.slice(4)).toEqual(["a3", "c1", "b3", "a4"]);
});

test("whoever wants the most loses when there is no room left", async () => {
  const wanted = Array.from({ length: 8 }, (_, index) => want(`a${index}`));
  expect(queue.waiting).toBe(6);
  for (const name of ["b1", "b2"]) void want(name);
  expect(begun).toEqual(["a0", "a1", "b1", "b2"]);
  const own = await failureOf(want("a8"));
  expect(own).toBeInstanceOf(QueueFullError);
  expect(own.message).toBe(
    "too many jobs: this server takes 4 at once, half of them for one client, and lets 6 wait",
  );
  void want("b3");
  expect(await failureOf(wanted[7])).toBeInstanceOf(QueueFullError);
  expect(queue.waiting).toBe(6);
});

test("what nobody waits for any more never begins", async () => {
  const running = [want("a1"), want("a2")];
  const client = new AbortController();
  const dropped = failureOf(want("a3", client.signal));
  void want("a4");
  client.abort(new Error("gone"));
  expect((await dropped).message).toBe("gone");
  expect(await failureOf(want("a5", client.signal))).toBe(client.signal.reason);
  await end(running[0], "a1");
  expect(begun).toEqual(["a1", "a2", "a4"]);
});

test("a task that fails gives its place away", async () => {
  const failed = queue.run("a", unaborted, () => Promise.reject(new Error("no")));
  expect((await failureOf(failed)).message).toBe("no");
  const tasks = ["a1", "a2", "b1", "b2"];
  const wanted = tasks.map((name) => want(name));
  expect(begun).toEqual(tasks);
  for (const [index, name] of tasks.entries()) await end(wanted[index], name);
  expect([queue.running, queue.waiting]).toEqual([0, 0]);
});

test("a queue with one place lets each caller have it", async () => {
  queue = new FairQueue({ what: "jobs", runningMax: 1, waitingMax: 6 });
  const first = want("a1");
  for (const name of ["a2", "a3", "b1"]) void want(name);
  await end(first, "a1");
  finish.get("a2")?.();
  await Bun.sleep(0);
  expect(begun).toEqual(["a1", "a2", "b1"]);
});
