/** Clients that do not read their answers cost little, for a while, and nobody but themselves. */
import { afterEach, describe, expect, spyOn, test } from "bun:test";
import type { InHandLimits } from "../../src/listener/requests-in-hand.ts";
import { NetworkList } from "../../src/access/network-list.ts";
import { ClientAddresses } from "../../src/http/client-address.ts";
import { listen } from "../../src/listener/server.ts";
import { createLogger } from "../../src/log/logger.ts";
import { onceOver, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { socketsAt } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const mib = 1024 * 1024;
/** More than the kernel keeps for a connection of loopback that nobody reads. */
const longBytes = 12 * mib;
const notRead = 'event="answer cut" client=127.0.0.1 reason="the client does not read it"';

/** Answers each request with what `bodyOf` gives. */
async function serveBodies(
  bodyOf: () => Uint8Array<ArrayBuffer> | ReadableStream,
  limits: Partial<InHandLimits> = {},
) {
  const lines: string[] = [];
  const server = await listen(
    () => {
      const body = bodyOf();
      const length = body instanceof Uint8Array ? { "Content-Length": `${body.length}` } : {};
      return new Response(body, { headers: { "Content-Type": "image/png", ...length } });
    },
    {
      port: 0,
      bindAddress: "127.0.0.1",
      tls: null,
      clients: new ClientAddresses(new NetworkList("")),
      webSocketPaths: ["/live"],
      log: createLogger({ level: "info", sink: (line) => void lines.push(line) }),
      limits: { unreadMs: 30_000, unreadBytesMax: 128 * mib, ...limits },
    },
  );
  onceOver(async () => {
    server.cut();
    await server.stop();
  });
  /** A client that has asked, and reads nothing as long as it is paused. */
  const ask = async (from = "127.0.0.1") => {
    const client = await HttpSocket.connect(server.url, from);
    client.socket.pause();
    client.write(requestText("GET", "/"));
    return client;
  };
  const cuts = () => lines.filter((line) => line.includes('event="answer cut"'));
  return { url: server.url, ask, cuts };
}

const bytesRead = ({ socket }: HttpSocket) => socket.bytesRead;

describe("a client that takes not a byte for a while is cut off", () => {
  test("but not one that reads slowly", async () => {
    const picture = new Uint8Array(longBytes);
    const { ask, cuts } = await serveBodies(() => picture, { unreadMs: 1500 });
    const [lazy, slow] = [await ask(), await ask()];
    const reading = setInterval(() => slow.socket.resume(), 30);
    const pause = () => slow.socket.pause();
    slow.socket.on("data", pause);
    await until("the cut", () => cuts().length > 0, 10_000);
    lazy.socket.resume();
    await lazy.closed;
    expect(bytesRead(lazy)).toBeLessThan(longBytes);
    slow.socket.off("data", pause);
    await until("the rest", () => bytesRead(slow) > longBytes, 10_000);
    clearInterval(reading);
    expect(cuts()).toEqual([expect.stringContaining(notRead)]);
  }, 20_000);

  test("also in the middle of a stream, which then ends", async () => {
    let isCancelled = false;
    const stream = () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(mib)),
        cancel: () => void (isCancelled = true),
      });
    const { ask, cuts } = await serveBodies(stream, { unreadMs: 1000 });
    await ask();
    await until("the end of the stream", () => isCancelled, 10_000);
    expect(cuts()).toEqual([expect.stringContaining(notRead)]);
  }, 15_000);
});

test("a stream that has nothing to say ends with its client", async () => {
  let isCancelled = false;
  const stream = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => void (isCancelled = true),
    });
  const { ask, cuts } = await serveBodies(stream);
  const client = await ask();
  client.socket.resume();
  await until("its begin", () => bytesRead(client) > 10);
  client.socket.destroy();
  await until("its end", () => isCancelled);
  expect(cuts()).toEqual([]);
});

describe("what they hold together is bounded", () => {
  test("who holds most of it loses it, and others get their pictures", async () => {
    const { url, ask, cuts } = await serveBodies(() => new Uint8Array(longBytes), {
      unreadBytesMax: 64 * mib,
    });
    await Promise.all(Array.from({ length: 40 }, () => ask("127.0.0.2")));
    // Each that is left holds its picture, and what was handed over of it.
    const left = () => socketsAt(Number(new URL(url).port));
    await until("the cuts", () => cuts().length > 9 && left() === 5, 10_000);
    const good = await ask();
    good.socket.resume();
    await until("a picture", () => bytesRead(good) > longBytes, 10_000);
    for (const line of cuts()) {
      expect(line).toMatch(
        /client=127\.0\.0\.2 reason="answers that are not read hold over 67108864 bytes"|omitted/,
      );
    }
  }, 30_000);

  test("a picture that many have not read counts once", async () => {
    const picture = new Uint8Array(longBytes);
    const { ask, cuts } = await serveBodies(() => picture, { unreadBytesMax: 64 * mib });
    const clients = await Promise.all(Array.from({ length: 40 }, () => ask("127.0.0.2")));
    for (const { socket } of clients) socket.resume();
    await until("all", () => clients.every((each) => bytesRead(each) > longBytes), 30_000);
    expect(cuts()).toEqual([]);
  }, 40_000);

  test("a client that asks on and on without reading is cut off", async () => {
    let requests = 0;
    const { url, cuts } = await serveBodies(() => {
      requests++;
      return new ReadableStream();
    });
    const client = await HttpSocket.connect(url);
    client.write(requestText("GET", "/").repeat(10_000));
    await client.closed;
    expect(requests).toBe(128);
    expect(cuts()).toEqual([expect.stringContaining('"over 128 requests wait for answers"')]);
  });
});

test("an answer that is read at once leaves no timer that would wake the server up later", async () => {
  const started = spyOn(globalThis, "setInterval");
  const ended = spyOn(globalThis, "clearInterval");
  try {
    const { url } = await serveBodies(() => new Uint8Array(1000));
    const { status } = await fetch(url);
    const looks = () => started.mock.results.filter((_, n) => started.mock.calls[n][1] === 500);
    expect({ status, looks: looks().length }).toEqual({ status: 200, looks: 1 });
    const isEnded = () => ended.mock.calls.some(([timer]) => timer === looks()[0].value);
    await until("the end of the timer", isEnded, 400);
  } finally {
    started.mockRestore();
    ended.mockRestore();
  }
});
