/** GET live behind a socket that is no more than what is looked at. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type {
  MessageListener,
  MessageSocket,
  OpenSocket,
} from "../../../../src/live/message-socket.ts";
import type { ApiConnection } from "../../../../src/http/environment.ts";
import { type CloseReason, HostEvents } from "../../../../src/watch/host-events.ts";
import type { WatchedHost } from "../../../../src/watch/watched-host.ts";
import type { StateFeed } from "../../../../src/watch/state-feed.ts";
import { type Api, createApi } from "../api.ts";

let api: Api;
let sent: string[];
let closed: string[];
let followed: number;
let isRead: PromiseWithResolvers<void>;
let listener: MessageListener;
/** Of each view, in the order in which they were opened. */
let signals: AbortSignal[];
/** Another connection, which is the second of the ticket. */
let other: ApiConnection;

beforeEach(async () => {
  jest.useFakeTimers();
  api = createApi();
  [sent, closed, followed, signals] = [[], [], 0, []];
  isRead = Promise.withResolvers();
  const follow = () => {
    followed++;
    return {
      next(signal: AbortSignal) {
        signals.push(signal);
        return new Promise(() => {});
      },
    };
  };
  const state = { facts: [], listen: () => () => {} } as unknown as StateFeed;
  Object.assign(api.watched, { state, events: new HostEvents(), follow });
  const events = new HostEvents();
  const close = (reason: CloseReason) => events.publish({ kind: "closed", reason });
  const watched = Object.assign({}, api.watched, { events, close }) as WatchedHost;
  other = api.connections.add(watched, "somebody")!;
  const tickets = await api.request(
    "POST",
    "ticket",
    JSON.stringify({ uids: [api.uid, other.uid] }),
  );
  const { ticket } = (await tickets.json()) as { ticket: string };
  const socket: MessageSocket = {
    protocol: "veyon-live.v1",
    unsentBytes: 0,
    send: async (message) => void sent.push(message as string),
    allRead: () => isRead.promise,
    close: (code, reason) => void closed.push(`${code} ${reason}`),
  };
  const opened = Promise.withResolvers<OpenSocket>();
  const upgrade = {
    protocols: ["veyon-live.v1"],
    accept: (_protocol: string, open: OpenSocket) => opened.resolve(open),
  };
  const request = new Request(`http://localhost/api/v1/live?ticket=${ticket}`);
  // No other Response can have this status.
  await Promise.resolve(api.app.fetch(request, { upgrade })).catch(() => {});
  listener = (await opened.promise)(socket);
});
afterEach(() => {
  listener.onClose();
  api.close();
  jest.useRealTimers();
});

const say = (message: unknown) => listener.onMessage(JSON.stringify(message));

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

test("a client that was thrown out is not heard any more", async () => {
  for (let i = 0; i <= 4000; i++) say({ type: "unwatch", view: 1 });
  expect(closed).toEqual(["1008 over 1000 messages a second"]);
  jest.advanceTimersByTime(1000);
  say({ type: "watch", view: 0, connection: 0 });
  await settle();
  expect(followed).toBe(0);
});

test("a client that does not read its answers is thrown out", async () => {
  say({ type: "watch", view: 0, connection: 0 });
  // The first answers are on their way; those behind them wait for room.
  for (let i = 0; i < 10_000 && closed.length === 0; i++) {
    jest.advanceTimersByTime(10);
    say({ type: "watch", connection: "x".repeat(1000) });
    await settle();
  }
  expect(closed).toEqual(["1008 64 answers wait to be read, the limit of this server"]);
});

test("with a connection its views end, and the others go on", async () => {
  say({ type: "watch", view: 0, connection: 0 });
  say({ type: "watch", view: 1, connection: 1 });
  await settle();
  api.connections.close(other.uid, "DELETE");
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  expect(closed).toEqual([]);
});

test("an error says what it is about", async () => {
  say({ type: "watch", view: 9, connection: 2 });
  say({ type: "key", connection: 0 });
  say({});
  await settle();
  expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      type: "error",
      of: "watch",
      view: 9,
      error: {
        code: 1,
        details: "connection 2 is none of the ticket's: it has connections 0 to 1",
        message: "Invalid data",
      },
    },
    {
      type: "error",
      of: "key",
      error: {
        code: 1,
        details: "wanted one of keyCode, key and text, found none",
        message: "Invalid data",
      },
    },
    {
      type: "error",
      error: { code: 1, details: "type is missing", message: "Invalid data" },
    },
  ]);
});
