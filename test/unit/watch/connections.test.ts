import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { type Closable, Connections } from "../../../src/watch/connections.ts";
import type { CloseReason } from "../../../src/watch/host-events.ts";

const idleTimeoutMs = 60_000;
const lifetimeMs = 3 * 3600_000;
const now = new Date("2026-11-21T21:00:00.500Z");

let closed: string[];
let connections: Connections<Closable>;

beforeEach(() => {
  jest.useFakeTimers({ now });
  closed = [];
  reasons = [];
  connections = new Connections({ connectionsMax: 2, idleTimeoutMs, lifetimeMs });
});

afterEach(() => {
  connections.closeAll("shutdown");
  jest.useRealTimers();
});

let reasons: CloseReason[];

const content = (name: string) => ({
  close(reason: CloseReason) {
    closed.push(name);
    reasons.push(reason);
  },
});

function add(name: string, caller = "") {
  const connection = connections.add(content(name), caller);
  if (connection === null) throw new Error("there is no place");
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
  expect(connections.find(first.uid)).toBe(first);
});

test("what is not there is not found, and closing or holding it does nothing", () => {
  const unknown = "4cb773c6-5e87-4e89-8c53-e9c5fb503aef";
  expect(connections.find(unknown)).toBeNull();
  connections.close(unknown, "DELETE");
  connections.hold(unknown)();
  expect(closed).toEqual([]);
});

describe("the limit", () => {
  test("holds no more than allowed, and what it does not take it does not close", () => {
    add("a");
    expect(connections.isFull).toBe(false);
    add("b");
    expect(connections.isFull).toBe(true);
    expect(connections.add(content("c"), "")).toBeNull();
    expect(closed).toEqual([]);
  });

  test("a place is free again after a close, and numbers are not used twice", () => {
    const { uid } = add("a");
    add("b");
    connections.close(uid, "DELETE");
    expect(connections.isFull).toBe(false);
    expect(add("c").serial).toBe(3);
  });
});

describe("a client's share of the places", () => {
  const greedy = "10.0.0.66";

  function fill(count: number) {
    connections = new Connections({ connectionsMax: 4, idleTimeoutMs, lifetimeMs });
    return Array.from({ length: count }, (_, i) => add(`greedy ${i}`, greedy));
  }

  test("is all of them as long as nobody else needs one", () => {
    fill(4);
    expect(connections.hasPlace(greedy)).toBe(false);
    expect(connections.add(content("more"), greedy)).toBeNull();
    expect(closed).toEqual([]);
  });

  test("is half of them when others come: what was not used for longest makes room", () => {
    const [first, second] = fill(4);
    connections.hold(first.uid)();
    expect(connections.hasPlace("10.0.0.7")).toBe(true);
    add("other 0", "10.0.0.7");
    expect([closed, reasons]).toEqual([["greedy 1"], ["displaced"]]);
    expect(connections.whyClosed(second.uid)).toBe("displaced");
    add("other 1", "10.0.0.7");
    expect(closed).toEqual(["greedy 1", "greedy 2"]);
    // Both have their share now.
    for (const client of [greedy, "10.0.0.7", "10.0.0.8"]) {
      expect(connections.hasPlace(client)).toBe(false);
      expect(connections.add(content("more"), client)).toBeNull();
    }
  });

  test("a connection that is in use is the last to make room", () => {
    const [first, , third, fourth] = fill(4);
    for (const { uid } of [first, third, fourth]) connections.hold(uid);
    add("other 0", "10.0.0.7");
    add("other 1", "10.0.0.7");
    expect(closed).toEqual(["greedy 1", "greedy 0"]);
  });

  test("can be set", () => {
    connections = new Connections({
      connectionsMax: 4,
      connectionsPerClient: 4,
      idleTimeoutMs,
      lifetimeMs,
    });
    for (const name of ["a", "b", "c", "d"]) add(name, greedy);
    expect(connections.hasPlace("10.0.0.7")).toBe(false);
  });
});

describe("the idle time", () => {
  test("closes at its end and not before", () => {
    const { uid } = add("a");
    jest.advanceTimersByTime(idleTimeoutMs - 1);
    expect(connections.find(uid)).not.toBeNull();
    jest.advanceTimersByTime(1);
    expect(connections.find(uid)).toBeNull();
    expect(closed).toEqual(["a"]);
  });

  test("starts anew with every request, of this connection alone", () => {
    const { uid } = add("a");
    add("b");
    for (let count = 0; count < 5; count++) {
      jest.advanceTimersByTime(idleTimeoutMs - 1);
      connections.hold(uid)();
    }
    expect(closed).toEqual(["b"]);
    jest.advanceTimersByTime(idleTimeoutMs);
    expect(closed).toEqual(["b", "a"]);
  });

  test("stands still while something holds the connection, and begins when the last lets go", () => {
    const { uid } = add("a");
    const stream = connections.hold(uid);
    const request = connections.hold(uid);
    jest.advanceTimersByTime(10 * idleTimeoutMs);
    request();
    request();
    jest.advanceTimersByTime(10 * idleTimeoutMs);
    expect(closed).toEqual([]);
    stream();
    jest.advanceTimersByTime(idleTimeoutMs - 1);
    expect(closed).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(closed).toEqual(["a"]);
  });

  test("does not start when a connection is let go of that is closed", () => {
    const { uid } = add("a");
    const release = connections.hold(uid);
    connections.close(uid, "DELETE");
    release();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("does not start with being found", () => {
    const { uid } = add("a");
    jest.advanceTimersByTime(idleTimeoutMs - 1);
    connections.find(uid);
    jest.advanceTimersByTime(1);
    expect(closed).toEqual(["a"]);
  });
});

test("the lifetime ends however often it is used", () => {
  const { uid } = add("a");
  const touches = setInterval(() => connections.hold(uid)(), 1000);
  jest.advanceTimersByTime(lifetimeMs - 1);
  expect(closed).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(closed).toEqual(["a"]);
  expect(connections.find(uid)).toBeNull();
  clearInterval(touches);
});

describe("closing", () => {
  test("closes the content once and stops its clocks", () => {
    const { uid } = add("a");
    connections.close(uid, "DELETE");
    connections.close(uid, "DELETE");
    expect(closed).toEqual(["a"]);
    expect(connections.find(uid)).toBeNull();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("a request after the close starts no clock", () => {
    const { uid } = add("a");
    connections.close(uid, "DELETE");
    connections.hold(uid)();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("all of them", () => {
    add("a");
    add("b");
    connections.closeAll("shutdown");
    expect(closed).toEqual(["a", "b"]);
    expect([connections.isFull, jest.getTimerCount()]).toEqual([false, 0]);
  });
});

describe("why a connection is closed", () => {
  test("is told to it, and to those who ask later", () => {
    const [idle, deleted] = [add("a"), add("b")];
    connections.close(deleted.uid, "DELETE");
    jest.advanceTimersByTime(idleTimeoutMs);
    const old = add("c");
    const touches = setInterval(() => connections.hold(old.uid)(), 1000);
    jest.advanceTimersByTime(lifetimeMs);
    clearInterval(touches);
    const last = add("d");
    connections.closeAll("shutdown");
    expect(reasons).toEqual(["DELETE", "idle", "lifetime", "shutdown"]);
    const uids = [deleted, idle, old, last].map(({ uid }) => uid);
    expect(uids.map((uid) => connections.whyClosed(uid))).toEqual(reasons);
  });

  test("is not known of one that is open or unknown", () => {
    expect(connections.whyClosed(add("a").uid)).toBeNull();
    expect(connections.whyClosed("4cb773c6-5e87-4e89-8c53-e9c5fb503aef")).toBeNull();
  });

  test("is remembered of the last 512", () => {
    const uids = Array.from({ length: 513 }, () => {
      const { uid } = add("a");
      connections.close(uid, "DELETE");
      return uid;
    });
    expect(uids.map((uid) => connections.whyClosed(uid))).toEqual([
      null,
      ...Array(512).fill("DELETE"),
    ]);
  });
});
