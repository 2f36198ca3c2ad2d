import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { type LiveConnection, type StreamListener, Streams } from "../../../src/live/streams.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { Connections } from "../../../src/watch/connections.ts";
import { type CloseReason, HostEvents } from "../../../src/watch/host-events.ts";
import { LimitError } from "../../../src/watch/limit-error.ts";
import type { WatchedHost } from "../../../src/watch/watched-host.ts";

const owner = { kind: "events", client: "10.0.0.7", token: undefined, requestId: "42" };

let connections: Connections<WatchedHost>;
let streams: Streams;
let lines: string[];
let heard: string[];

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  heard = [];
  connections = new Connections({
    connectionsMax: 1000,
    idleTimeoutMs: 60_000,
    lifetimeMs: 3_600_000,
  });
  streams = new Streams(
    connections,
    createLogger({ level: "info", sink: (line) => void lines.push(line) }),
  );
});
afterEach(() => {
  connections.closeAll("shutdown");
  jest.useRealTimers();
});

function connect(host = "pc-07"): LiveConnection {
  const events = new HostEvents();
  const close = (reason: CloseReason) => events.publish({ kind: "closed", reason });
  const watched = { host: { address: { host, port: 11100 } }, events, close };
  return connections.add(watched as unknown as WatchedHost, "")!;
}

const listener: StreamListener = {
  onConnectionEnd: ({ serial }, reason) => void heard.push(`${serial} ${reason}`),
  onEnd: (reason) => void heard.push(`end ${reason}`),
};
const open = (...all: LiveConnection[]) => streams.open(all, owner, listener);

test("a connection is not idle while a stream is open, and again when it is closed", () => {
  const connection = connect();
  const stream = open(connection);
  jest.advanceTimersByTime(600_000);
  expect(connections.find(connection.uid)).toBe(connection);
  stream.close();
  jest.advanceTimersByTime(59_999);
  expect(connections.find(connection.uid)).toBe(connection);
  jest.advanceTimersByTime(1);
  expect(connections.whyClosed(connection.uid)).toBe("idle");
  expect(heard).toEqual([]);
});

test("its lifetime ends it nevertheless", () => {
  open(connect());
  jest.advanceTimersByTime(3_600_000);
  expect(heard).toEqual(["1 lifetime", "end lifetime"]);
});

test("a stream ends with the last of its connections", () => {
  const [a, b] = [connect(), connect("pc-08")];
  open(a, b);
  connections.close(a.uid, "DELETE");
  connections.close(b.uid, "DELETE");
  expect(heard).toEqual(["1 DELETE", "2 DELETE", "end DELETE"]);
});

test("a stream may be given more connections", () => {
  const [a, b] = [connect(), connect("pc-08")];
  const stream = open(a);
  stream.add(b);
  stream.add(b);
  expect(streams.countOf(b)).toBe(1);
  connections.close(a.uid, "DELETE");
  expect(heard).toEqual(["1 DELETE"]);
});

test("the end of the server is that of all, once, and no more are opened", () => {
  const connection = connect();
  open(connection);
  open(connection);
  streams.endAll();
  connections.close(connection.uid, "shutdown");
  expect(heard).toEqual(["end shutdown", "end shutdown"]);
  expect(() => open(connect())).toThrow(new LimitError("the server stops"));
});

test("a stream that was closed hears nothing any more", () => {
  const connection = connect();
  const stream = open(connection);
  stream.close();
  stream.close();
  stream.add(connect());
  connections.close(connection.uid, "DELETE");
  streams.endAll();
  expect(heard).toEqual([]);
  expect(streams.countOf(connection)).toBe(0);
});

test("64 streams are in one connection at most, and of those refused nothing stays", () => {
  const [full, other] = [connect(), connect("pc-08")];
  const opened = Array.from({ length: 64 }, () => open(full));
  expect(() => open(other, full)).toThrow(
    "64 streams of this connection to pc-07:11100 are open, the limit of this server",
  );
  expect(streams.countOf(other)).toBe(0);
  opened[0].close();
  open(other, full);
});

test("1024 streams are open at most, half of them of one client", () => {
  const all = Array.from({ length: 17 }, () => connect());
  let number = 0;
  const openFor = (client: string) =>
    streams.open([all[number++ % all.length]], { ...owner, client }, listener);
  const opened = Array.from({ length: 512 }, () => openFor("10.0.0.1"));
  expect(() => openFor("10.0.0.1")).toThrow(
    new LimitError("512 streams of this client are open, half of the limit of this server"),
  );
  for (let count = 0; count < 512; count++) openFor(`10.0.0.${2 + (count % 2)}`);
  expect(() => openFor("10.0.0.2")).toThrow(
    new LimitError("1024 streams are open, the limit of this server"),
  );
  opened[0].close();
  openFor("10.0.0.1");
});

test("the end of each is in the log, with whose it was", () => {
  const [a, b] = [connect(), connect("pc-08")];
  const first = open(a);
  open(a, b);
  jest.advanceTimersByTime(2500);
  first.close();
  streams.endAll();
  expect(lines.map((line) => line.slice(line.indexOf("event=")))).toEqual([
    'event="stream ended" stream=events reason=client seconds=2.5 client=10.0.0.7 ' +
      "host=pc-07:11100 connection=1 request=42",
    'event="stream ended" stream=events reason=shutdown seconds=2.5 client=10.0.0.7 ' +
      "connections=2 request=42",
  ]);
});
