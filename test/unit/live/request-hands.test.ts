/** Hands of those who send requests: what they hold when no more come, and how fast they may be. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import type { Input } from "../../../src/hosts/input/input.ts";
import { RequestHands } from "../../../src/live/request-hands.ts";
import type { LiveConnection } from "../../../src/live/streams.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { HostEvents } from "../../../src/watch/host-events.ts";
import { LimitError } from "../../../src/watch/limit-error.ts";

let done: string[];
let events: HostEvents;
let lines: string[];
let hands: RequestHands;
let connection: LiveConnection;

const owner = { kind: "requests", client: "10.0.0.7", token: undefined, requestId: "42" };
const press: Input = { kind: "key", keysym: 0x61, isDown: true };
const lift: Input = { kind: "key", keysym: 0x61, isDown: false };

beforeEach(() => {
  jest.useFakeTimers();
  done = [];
  lines = [];
  events = new HostEvents();
  const session = {
    sendKey: (keysym: number, isDown: boolean) =>
      done.push(`${isDown ? "+" : "-"}${keysym.toString(16)}`),
    sendPointer: (x: number, y: number, mask: number) => done.push(`${x},${y} ${mask}`),
    send: () => done.push("copied"),
  };
  const host = { address: { host: "pc-07", port: 11100 }, session, currentSession: session };
  const content = { host, events, loginName: {} };
  connection = { serial: 3, content } as unknown as LiveConnection;
  const log = createLogger({ level: "error", sink: (line) => void lines.push(line) });
  hands = new RequestHands({ log });
});

afterEach(() => jest.useRealTimers());

const take = (input: Input) => hands.take(connection, owner, input);

describe("what is held", () => {
  test("is let go of 10 s after the last request, and not before", () => {
    take(press);
    take({ kind: "pointer", x: 1, y: 2, buttonMask: 4 });
    expect(hands.buttonMask(connection)).toBe(4);
    jest.advanceTimersByTime(9999);
    take({ kind: "pointer", x: 3, y: 4, buttonMask: 4 });
    jest.advanceTimersByTime(9999);
    expect(done).toEqual(["+61", "1,2 4", "3,4 4"]);
    jest.advanceTimersByTime(1);
    expect(done.slice(3)).toEqual(["-61", "3,4 0"]);
    expect(hands.buttonMask(connection)).toBe(0);
    expect(lines.map((line) => /event="([^"]+)"/.exec(line)![1])).toEqual([
      "control began",
      "control ended",
    ]);
  });

  test("is let go of when the connection is closed; nothing waits any more", () => {
    take(press);
    events.publish({ kind: "closed", reason: "DELETE" });
    expect(done).toEqual(["+61", "-61"]);
    expect(jest.getTimerCount()).toBe(0);
    expect(lines).toHaveLength(2);
  });
});

describe("the pace", () => {
  const type = (count: number) =>
    take({ kind: "text", keysyms: Array.from({ length: count }, () => 0x61) });

  test("is 2000 events at once, and 500 a second", async () => {
    jest.useRealTimers();
    type(1000);
    type(1000);
    expect(() => type(1000)).toThrow(LimitError);
    // To let go is always allowed, however often.
    for (let round = 0; round < 1500; round++) {
      take(lift);
      take({ kind: "pointer", x: 1, y: 1, buttonMask: 0 });
    }
    expect(done).toHaveLength(7000);
    // There is room for some again, as soon as it takes.
    for (;;) {
      try {
        type(10);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(LimitError);
        await Bun.sleep(5);
      }
    }
    expect(done).toHaveLength(7020);
  });

  test("counts a text that is copied by its length", () => {
    for (let round = 0; round < 3; round++) take({ kind: "clipboard", text: "x".repeat(32_768) });
    expect(() => take({ kind: "clipboard", text: "x".repeat(32_768) })).toThrow(LimitError);
  });
});

test("a host that is gone is the error, and nobody controls it", () => {
  const lost = new HostError("lost", "gone");
  Object.defineProperty(connection.content.host, "session", {
    get() {
      throw lost;
    },
  });
  expect(() => take(press)).toThrow(lost);
  expect(lines).toEqual([]);
  jest.advanceTimersByTime(10_000);
  expect([jest.getTimerCount(), lines]).toEqual([0, []]);
});
