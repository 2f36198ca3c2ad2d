import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import {
  type Closable,
  type CloseReason,
  ConnectionPool,
} from "../../../src/hosts/connection-pool.ts";

const idleTimeoutMs = 60_000;
const lifetimeMs = 3 * 3600_000;
const now = new Date("2026-11-21T21:00:00.500Z");

let closed: string[];
let pool: ConnectionPool<Closable>;

beforeEach(() => {
  jest.useFakeTimers({ now });
  closed = [];
  reasons = [];
  pool = new ConnectionPool({ connectionsMax: 2, idleTimeoutMs, lifetimeMs });
});

afterEach(() => {
  pool.closeAll("shutdown");
  jest.useRealTimers();
});

let reasons: CloseReason[];

const content = (name: string) => ({
  close(reason: CloseReason) {
    closed.push(name);
    reasons.push(reason);
  },
});

function add(name: string) {
  const connection = pool.add(content(name));
  if (connection === null) throw new Error("the pool is full");
  return connection;
}

test("a connection has a uid that nobody can guess, a number, and its end", () => {
  const first = add("a");
  const second = add("b");
  expect(first.uid).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(first.uid).not.toBe(second.uid);
  expect([first.serial, second.serial]).toEqual([1, 2]);
  expect(first.validUntilMs).toBe(now.getTime() + lifetimeMs);
  expect(pool.find(first.uid)).toBe(first);
});

test("what is not there is not found, and closing or touching it does nothing", () => {
  const unknown = "4cb773c6-5e87-4e89-8c53-e9c5fb503aef";
  expect(pool.find(unknown)).toBeNull();
  pool.close(unknown, "DELETE");
  pool.touch(unknown);
  expect(closed).toEqual([]);
});

describe("the limit", () => {
  test("holds no more than allowed, and what it does not take it does not close", () => {
    add("a");
    expect(pool.isFull).toBe(false);
    add("b");
    expect(pool.isFull).toBe(true);
    expect(pool.add(content("c"))).toBeNull();
    expect(closed).toEqual([]);
  });

  test("a place is free again after a close, and numbers are not used twice", () => {
    const { uid } = add("a");
    add("b");
    pool.close(uid, "DELETE");
    expect(pool.isFull).toBe(false);
    expect(add("c").serial).toBe(3);
  });
});

describe("the idle time", () => {
  test("closes at its end and not before", () => {
    const { uid } = add("a");
    jest.advanceTimersByTime(idleTimeoutMs - 1);
    expect(pool.find(uid)).not.toBeNull();
    jest.advanceTimersByTime(1);
    expect(pool.find(uid)).toBeNull();
    expect(closed).toEqual(["a"]);
  });

  test("starts anew with every touch, of this connection alone", () => {
    const { uid } = add("a");
    add("b");
    for (let count = 0; count < 5; count++) {
      jest.advanceTimersByTime(idleTimeoutMs - 1);
      pool.touch(uid);
    }
    expect(closed).toEqual(["b"]);
    jest.advanceTimersByTime(idleTimeoutMs);
    expect(closed).toEqual(["b", "a"]);
  });

  test("does not start with being found", () => {
    const { uid } = add("a");
    jest.advanceTimersByTime(idleTimeoutMs - 1);
    pool.find(uid);
    jest.advanceTimersByTime(1);
    expect(closed).toEqual(["a"]);
  });
});

test("the lifetime ends however often it is touched", () => {
  const { uid } = add("a");
  const touches = setInterval(() => pool.touch(uid), 1000);
  jest.advanceTimersByTime(lifetimeMs - 1);
  expect(closed).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(closed).toEqual(["a"]);
  expect(pool.find(uid)).toBeNull();
  clearInterval(touches);
});

describe("closing", () => {
  test("closes the content once and stops its clocks", () => {
    const { uid } = add("a");
    pool.close(uid, "DELETE");
    pool.close(uid, "DELETE");
    expect(closed).toEqual(["a"]);
    expect(pool.find(uid)).toBeNull();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("a touch after the close starts no clock", () => {
    const { uid } = add("a");
    pool.close(uid, "DELETE");
    pool.touch(uid);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("all of them", () => {
    add("a");
    add("b");
    pool.closeAll("shutdown");
    expect(closed).toEqual(["a", "b"]);
    expect([pool.isFull, jest.getTimerCount()]).toEqual([false, 0]);
  });
});

describe("why a connection is closed", () => {
  test("is told to it, and to those who ask later", () => {
    const [idle, deleted] = [add("a"), add("b")];
    pool.close(deleted.uid, "DELETE");
    jest.advanceTimersByTime(idleTimeoutMs);
    const old = add("c");
    const touches = setInterval(() => pool.touch(old.uid), 1000);
    jest.advanceTimersByTime(lifetimeMs);
    clearInterval(touches);
    const last = add("d");
    pool.closeAll("shutdown");
    expect(reasons).toEqual(["DELETE", "idle", "lifetime", "shutdown"]);
    const uids = [deleted, idle, old, last].map(({ uid }) => uid);
    expect(uids.map((uid) => pool.whyClosed(uid))).toEqual(reasons);
  });

  test("is not known of one that is open or unknown", () => {
    expect(pool.whyClosed(add("a").uid)).toBeNull();
    expect(pool.whyClosed("4cb773c6-5e87-4e89-8c53-e9c5fb503aef")).toBeNull();
  });

  test("is remembered of the last 512", () => {
    const uids = Array.from({ length: 513 }, () => {
      const { uid } = add("a");
      pool.close(uid, "DELETE");
      return uid;
    });
    expect(uids.map((uid) => pool.whyClosed(uid))).toEqual([null, ...Array(512).fill("DELETE")]);
  });
});
