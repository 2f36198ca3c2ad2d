/** The views of a live socket, whose delivery and computers are no more than what is looked at. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Delivery } from "../../../src/live/delivery.ts";
import { LiveViews } from "../../../src/live/live-views.ts";
import type { LiveConnection } from "../../../src/live/streams.ts";
import { ViewCount } from "../../../src/live/view-count.ts";
import { LimitError } from "../../../src/watch/limit-error.ts";

const picture = { format: "jpeg", compression: 5, quality: 75, width: null, height: null } as const;

let room: PromiseWithResolvers<void>;
let views: LiveViews;
let failed: string[];
/** The signal of each view that waits for a picture, and what ends the waiting with an error. */
let waiting: { signal: AbortSignal; fail: (error: Error) => void }[];
let count: ViewCount;

beforeEach(() => {
  room = Promise.withResolvers();
  room.resolve();
  failed = [];
  waiting = [];
  count = new ViewCount();
  const delivery: Partial<Delivery> = { room: () => room.promise, send: async () => {} };
  views = new LiveViews({
    delivery: delivery as Delivery,
    count,
    onFailed: (number, error) => failed.push(`${number} ${(error as Error).message}`),
  });
});
afterEach(() => views.close());

function connect(): LiveConnection {
  const next = (signal: AbortSignal) =>
    new Promise<null>((resolve, reject) => {
      waiting.push({ signal, fail: reject });
      signal.addEventListener("abort", () => resolve(null));
    });
  const content = { follow: () => ({ next }), host: { address: { host: "pc-07", port: 11100 } } };
  return { content } as unknown as LiveConnection;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test("a viewer without room has no picture made", async () => {
  room = Promise.withResolvers();
  views.show({ number: 1, connection: connect(), picture, fps: 10 });
  await settle();
  expect(waiting).toEqual([]);
  room.resolve();
  await settle();
  expect(waiting).toHaveLength(1);
});

test("a view that fails is over, and is told of once", async () => {
  const connection = connect();
  views.show({ number: 1, connection, picture, fps: 10 });
  views.show({ number: 2, connection, picture, fps: 10 });
  await settle();
  waiting[0].fail(new Error("no such screen"));
  await settle();
  expect(failed).toEqual(["1 no such screen"]);
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test("of one that was replaced nothing is told", async () => {
  const connection = connect();
  views.show({ number: 1, connection, picture, fps: 10 });
  await settle();
  views.show({ number: 1, connection, picture, fps: 5 });
  waiting[0].fail(new Error("too late"));
  await settle();
  expect(failed).toEqual([]);
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test("with a connection its views end, and no others", async () => {
  const [first, second] = [connect(), connect()];
  views.show({ number: 1, connection: first, picture, fps: 10 });
  views.show({ number: 2, connection: second, picture, fps: 10 });
  await settle();
  views.hideAllOf(first);
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test("views of all sockets are limited, and those that are over give their place back", () => {
  const places = Array.from({ length: 4095 }, () => count.take());
  const connection = connect();
  views.show({ number: 1, connection, picture, fps: 10 });
  const another = () => views.show({ number: 2, connection, picture, fps: 10 });
  expect(another).toThrow(new LimitError("4096 views are open, the limit of this server"));
  // Twice is once.
  places[0]();
  places[0]();
  another();
  expect(() => views.show({ number: 3, connection, picture, fps: 10 })).toThrow(LimitError);
  views.close();
  another();
});
