import { expect, test } from "bun:test";
import { type FairLine, FairLimit, UnwantedError } from "../../../src/scheduling/fair-limit.ts";

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Tasks that are named when they begin, and end when they are told to. */
class Tasks {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  run(line: FairLine, name: string, isWanted = () => true): Promise<string> {
    return line.run(async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.#ends.push(resolve));
      if (name === "fails") throw new Error(name);
      return name;
    }, isWanted);
  }

  async endNext(): Promise<void> {
    await settle();
    this.#ends.shift()!();
    await settle();
  }
}

test("lines take turns: one that wants much waits for it alone", async () => {
  const limit = new FairLimit(2);
  const tasks = new Tasks();
  const [much, little] = [limit.openLine(), limit.openLine()];
  const all = ["m0", "m1", "m2", "m3", "m4"].map((name) => tasks.run(much, name));
  all.push(...["l0", "l1"].map((name) => tasks.run(little, name)));
  await settle();
  expect(tasks.begun).toEqual(["m0", "m1"]);
  for (let ends = 0; ends < all.length; ends++) await tasks.endNext();
  expect(tasks.begun).toEqual(["m0", "m1", "m2", "l0", "m3", "l1", "m4"]);
  expect(await Promise.all(all)).toEqual(["m0", "m1", "m2", "m3", "m4", "l0", "l1"]);
});

test("what nobody wants any more when its turn comes is not done, and holds up nothing", async () => {
  const limit = new FairLimit(1);
  const tasks = new Tasks();
  const line = limit.openLine();
  let isWanted = true;
  const first = tasks.run(line, "first");
  const second = tasks.run(line, "second", () => isWanted);
  const third = tasks.run(line, "third");
  isWanted = false;
  await tasks.endNext();
  expect(second).rejects.toBeInstanceOf(UnwantedError);
  await tasks.endNext();
  expect(await Promise.all([first, third])).toEqual(["first", "third"]);
  expect(tasks.begun).toEqual(["first", "third"]);
});

test("the place of a task that fails is free again", async () => {
  const limit = new FairLimit(1);
  const tasks = new Tasks();
  const line = limit.openLine();
  const fails = tasks.run(line, "fails");
  const next = tasks.run(line, "next");
  await tasks.endNext();
  expect(fails).rejects.toThrow("fails");
  await tasks.endNext();
  expect(await next).toBe("next");
});
