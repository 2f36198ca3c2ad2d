/** What somebody holds down on a computer, and who lets go of it. */
import { beforeEach, expect, test } from "bun:test";
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
