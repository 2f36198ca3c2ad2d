/** GET events, byte for byte, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { HostEvents } from "../../../../src/watch/host-events.ts";
import type { Fact, StateFeed } from "../../../../src/watch/state-feed.ts";
import { type Api, createApi } from "../api.ts";

let api: Api;
let facts: Fact[];
let tell: () => void;
let reader: ReadableStreamDefaultReader<Uint8Array>;

beforeEach(async () => {
  jest.useFakeTimers();
  api = createApi();
  facts = [{ name: "connection", number: 7, data: { state: "online" } }];
  const state = {
    get facts() {
      return facts;
    },
    listen(onNews: () => void) {
      tell = onNews;
      return () => {};
    },
  };
  Object.assign(api.watched, { state: state as unknown as StateFeed, events: new HostEvents() });
  const response = await api.request("GET", "events");
  expect(response.status).toBe(200);
  reader = response.body!.getReader() as typeof reader;
});
afterEach(() => {
  api.close();
  jest.useRealTimers();
});

async function read(): Promise<string> {
  const { value } = await reader.read();
  return new TextDecoder().decode(value).replace(/(?<=id: )[0-9a-f]{12}/g, "STREAM");
}

test("an event has id, name and data, and a heartbeat is a comment", async () => {
  expect(await read()).toBe("retry: 2000\n\n");
  expect(await read()).toBe(
    "id: STREAM-7\nevent: connection\n" +
      'data: {"connection":0,"host":"pc-07:11100","state":"online"}\n\n',
  );
  const silence = read();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  jest.advanceTimersByTime(15_000);
  expect(await silence).toBe(":\n\n");
  const news = read();
  facts = [...facts, { name: "user", number: 9, data: { login: "a\nb" } }];
  tell();
  expect(await news).toBe(
    'id: STREAM-9\nevent: user\ndata: {"connection":0,"host":"pc-07:11100","login":"a\\nb"}\n\n',
  );
});

test("whoever reads slowly gets the newest of each", async () => {
  await read();
  await read();
  for (let number = 10; number < 20; number++) {
    facts = [facts[0], { name: "user", number, data: { login: `user ${number}` } }];
    tell();
  }
  expect(await read()).toContain('"login":"user 19"');
});
