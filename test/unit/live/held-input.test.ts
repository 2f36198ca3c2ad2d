/** What somebody holds down on a computer, and who lets go of it. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { controlLog } from "../../../src/live/control-log.ts";
import { HeldInput } from "../../../src/live/held-input.ts";
import type { LiveConnection } from "../../../src/live/streams.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { type FeatureMessage, encodeFeatureMessage } from "../../../src/veyon/feature-message.ts";
import { HostEvents } from "../../../src/watch/host-events.ts";
import type { WatchedHost } from "../../../src/watch/watched-host.ts";

const lostReason = new HostError("lost", "the host closed the connection");

/** A computer that writes down what is done to it. */
class FakeHost {
  readonly address = { host: "pc-07", port: 11100 };
  readonly done: string[] = [];
  isLost = false;

  get session() {
    if (this.isLost) throw lostReason;
    return this.currentSession!;
  }

  get currentSession() {
    if (this.isLost) return null;
    return {
      sendKey: (keysym: number, isDown: boolean) =>
        this.done.push(`${isDown ? "press" : "release"} ${keysym.toString(16)}`),
      sendPointer: (x: number, y: number, mask: number) =>
        this.done.push(`pointer ${x},${y} ${mask}`),
      send: (message: FeatureMessage) =>
        this.done.push(encodeFeatureMessage(message, "names").toHex()),
    };
  }

  takeDone(): string[] {
    return this.done.splice(0);
  }
}

const shift = 0xffe1;
const a = 0x41;

let host: FakeHost;
let events: HostEvents;
let lines: string[];
let input: HeldInput;

beforeEach(() => {
  host = new FakeHost();
  events = new HostEvents();
  lines = [];
  const watched = { host, events, loginName: { key: "room1" } } as unknown as WatchedHost;
  const log = createLogger({ level: "error", sink: (line) => void lines.push(line) });
  const owner = { kind: "rfb", client: "10.0.0.7", token: undefined, requestId: "42" };
  const connection = { serial: 3, content: watched } as LiveConnection;
  input = new HeldInput(watched, controlLog(log, owner, connection));
});

describe("what was let go of when the host had vanished already", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function vanishFor(ms: number): void {
    jest.advanceTimersByTime(ms);
    host.isLost = true;
    events.publish({ kind: "lost", reason: lostReason });
    jest.advanceTimersByTime(60_000);
    host.isLost = false;
    host.takeDone();
    events.publish({ kind: "back" });
  }

  test("is let go of once more when it is back, whoever has gone since", () => {
    input.key(shift, true);
    input.pointer(5, 6, 1);
    input.key(a, true);
    input.key(a, false);
    input.withdraw();
    vanishFor(16_000);
    expect(host.takeDone()).toEqual(["release 41", "release ffe1", "pointer 5,6 0"]);
    vanishFor(0);
    expect(host.takeDone()).toEqual([]);
  });

  test("is not when it was long before, or has been pressed again", () => {
    input.key(a, true);
    input.key(a, false);
    vanishFor(20_001);
    expect(host.takeDone()).toEqual([]);
    input.key(a, true);
    input.key(a, false);
    input.pointer(1, 1, 1);
    input.pointer(2, 2, 0);
    input.key(a, true);
    input.pointer(3, 3, 4);
    vanishFor(1000);
    expect(host.takeDone()).toEqual(["release 41", "pointer 3,3 0"]);
  });

  test("is remembered of the last 256 keys", () => {
    for (let keysym = 1; keysym <= 300; keysym++) {
      input.key(keysym, true);
      input.key(keysym, false);
    }
    vanishFor(1000);
    const done = host.takeDone();
    expect([done.length, done[0], done.at(-1)]).toEqual([256, "release 2d", "release 12c"]);
  });
});

test("keys and buttons that are down are let go of when the hands are withdrawn", () => {
  input.pointer(5, 6, 0b101);
  input.key(shift, true);
  input.key(a, true);
  input.key(0x62, true);
  input.key(0x62, false);
  expect(input.isHolding).toBeTrue();
  host.takeDone();
  input.withdraw();
  expect(host.takeDone()).toEqual(["release 41", "release ffe1", "pointer 5,6 0"]);
  expect(input.isHolding).toBeFalse();
  input.withdraw();
  expect(host.takeDone()).toEqual([]);
});

test("nothing is let go of that is up already", () => {
  input.key(a, true);
  input.key(a, true);
  input.key(a, false);
  input.pointer(1, 1, 1);
  input.pointer(9, 9, 0);
  host.takeDone();
  input.withdraw();
  expect(host.takeDone()).toEqual([]);
});

test("what is down is let go of before the connection is closed, and nothing is pressed after", () => {
  input.key(a, true);
  host.takeDone();
  events.publish({ kind: "closed", reason: "lifetime" });
  expect(host.takeDone()).toEqual(["release 41"]);
  host.isLost = true;
  expect(() => input.key(a, true)).toThrow(lostReason);
  expect(lines.length).toBe(2);
});

test("what was down when the host was lost is let go of as soon as it is back", () => {
  input.key(a, true);
  input.pointer(1, 2, 4);
  host.takeDone();
  host.isLost = true;
  events.publish({ kind: "lost", reason: lostReason });
  expect(() => input.key(a, false)).toThrow(lostReason);
  expect(() => input.pointer(1, 2, 0)).toThrow(lostReason);
  host.isLost = false;
  events.publish({ kind: "back" });
  expect(host.takeDone()).toEqual(["release 41", "pointer 1,2 0"]);
  input.key(a, true);
  expect(host.takeDone()).toEqual(["press 41"]);
});

test("hands that leave while the host is lost let go when it is back", () => {
  input.key(a, true);
  host.takeDone();
  host.isLost = true;
  input.withdraw();
  host.isLost = false;
  events.publish({ kind: "back" });
  expect(host.takeDone()).toEqual(["release 41"]);
  events.publish({ kind: "back" });
  expect(host.takeDone()).toEqual([]);
});

test("of more keys than anybody has, the one that was pressed first is let go of", () => {
  for (let keysym = 1; keysym <= 66; keysym++) input.key(keysym, true);
  expect(host.takeDone().filter((each) => each.startsWith("release"))).toEqual([
    "release 1",
    "release 2",
  ]);
  input.withdraw();
  expect(host.takeDone().length).toBe(64);
});

test("a text that was copied comes as ClipboardExchange", () => {
  input.clipboard("ä€");
  const [message] = host.takeDone();
  expect(message).toContain(Buffer.from("ä€", "utf16le").swap16().toString("hex"));
});

test("the log says who began and ended to control what, once, and not what they did", () => {
  input.withdraw();
  expect(lines).toEqual([]);
  input.key(a, true);
  input.pointer(1, 2, 1);
  input.clipboard("secret");
  input.withdraw();
  input.pointer(1, 2, 0);
  const fields = "host=pc-07:11100 by=rfb key=room1 client=10.0.0.7 connection=3 request=42";
  expect(lines.map((line) => line.replace(/^.*(?=level=)/, ""))).toEqual([
    `level=audit event="control began" ${fields}`,
    `level=audit event="control ended" ${fields}`,
    `level=audit event="control began" ${fields}`,
  ]);
});
