import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { DeadlineError, settlesWithin, within } from "../../../src/scheduling/deadline.ts";
import { failureOf } from "../../support/failure.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const never = new Promise<never>(() => {});

describe("within", () => {
  test("gives what the promise gives", async () => {
    expect(await within(Promise.resolve(7), 100)).toBe(7);
    const broken = new Error("broken");
    expect(await failureOf(within(Promise.reject(broken), 100))).toBe(broken);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("rejects at its time and not before", async () => {
    let failed = false;
    const waiting = failureOf(within(never, 100)).finally(() => (failed = true));
    jest.advanceTimersByTime(99);
    await Promise.resolve();
    expect(failed).toBe(false);
    jest.advanceTimersByTime(1);
    const failure = await waiting;
    expect(failure).toBeInstanceOf(DeadlineError);
    expect(failure.message).toBe("no answer within 100 ms");
  });
});

describe("settlesWithin", () => {
  test("one that has settled, either way", async () => {
    expect(await settlesWithin(Promise.resolve(), 100)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error("broken")), 100)).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("one that never does", async () => {
    const waiting = settlesWithin(never, 100);
    jest.advanceTimersByTime(100);
    expect(await waiting).toBe(false);
  });

  test("one that does in time", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = settlesWithin(promise, 100);
    jest.advanceTimersByTime(99);
    resolve();
    expect(await waiting).toBe(true);
  });
});
