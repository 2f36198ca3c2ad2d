/** WebSockets on the API's port, and what else asks for an upgrade. */
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, jest, test } from "bun:test";
import { Hono } from "hono";
import { NetworkList } from "../../src/access/network-list.ts";
import { ClientAddresses } from "../../src/http/client-address.ts";
import type { AppEnvironment } from "../../src/http/environment.ts";
import { ApiError, toApiError } from "../../src/http/errors.ts";
import { errorResponse } from "../../src/http/json-response.ts";
import { webSocket } from "../../src/http/live/web-socket.ts";
import { type ApiServer, listen } from "../../src/listener/server.ts";
import type { MessageSocket, OpenSocket } from "../../src/live/message-socket.ts";
import { createLogger } from "../../src/log/logger.ts";
import { certificates } from "./support/certificates.ts";
import { onceOver, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, type RawResponse, requestText } from "./support/http-socket.ts";
import { untilNoSocketsAt } from "./support/open-files.ts";

afterEach(stopAll);

const stopMaxMs = 5000;
const tls = certificates.both;
const protocol = "echo.v1";

/** A server with an echo, and the socket that it has opened last. */
class Echo {
  readonly opened = Promise.withResolvers<MessageSocket>();
  readonly closed = Promise.withResolvers<void>();
  /** A request for /slow has come, and may be answered. */
  readonly asked = Promise.withResolvers<void>();
  readonly mayAnswer = Promise.withResolvers<void>();
  server!: ApiServer;

  static async start(scheme: "http" | "https"): Promise<Echo> {
    const echo = new Echo();
    const open: OpenSocket = (socket) => {
      echo.opened.resolve(socket);
      return {
        onMessage: (message) => void socket.send(message),
        onClose: () => echo.closed.resolve(),
      };
    };
    const app = new Hono<AppEnvironment>()
      .get("/echo", (c) => webSocket(c, protocol, open))
      .get("/slow", async (c) => {
        echo.asked.resolve();
        await echo.mayAnswer.promise;
        return webSocket(c, protocol, open);
      })
      .get("/refused", () => {
        throw new ApiError("InvalidConnection", "no ticket");
      })
      .all("*", async (c) => {
        const body = `${c.req.method} ${await c.req.text()}`;
        return new Response(body, { headers: { "Content-Length": String(body.length) } });
      });
    app.onError((error) => errorResponse(toApiError(error)!));
    echo.server = await listen(app.fetch, {
      port: 0,
      bindAddress: "127.0.0.1",
      tls: scheme === "http" ? null : { ...tls },
      clients: new ClientAddresses(new NetworkList("")),
      webSocketPaths: ["/echo", "/slow", "/refused"],
      log: createLogger({ level: "error", sink: () => {} }),
    });
    onceOver(async () => {
      echo.server.cut();
      await echo.server.stop();
    });
    return echo;
  }

  connect(protocols: string[] = [protocol], path = "/echo"): Client {
    return new Client(`${this.server.url.replace("http", "ws")}${path}`, protocols);
  }

  /** A connection on which a test writes bytes. */
  async socket(): Promise<HttpSocket> {
    const { protocol: scheme, port } = new URL(this.server.url);
    if (scheme === "http:") return HttpSocket.connect(this.server.url);
    const socket = connectTls({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false });
    await once(socket, "secureConnect");
    return HttpSocket.on(socket);
  }
}

/** A WebSocket of Bun's. */
class Client {
  readonly socket: WebSocket;
  readonly opened = Promise.withResolvers<void>();
  readonly closed = Promise.withResolvers<string>();
  readonly #messages: (string | Uint8Array)[] = [];
  #wake = () => {};

  constructor(url: string, protocols: string[]) {
    this.socket = new WebSocket(url, { protocols, tls: { rejectUnauthorized: false } });
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.opened.resolve();
    this.socket.onerror = () => {};
    this.socket.onclose = ({ code, reason }) => this.closed.resolve(`${code} ${reason}`.trim());
    this.socket.onmessage = ({ data }) => {
      this.#messages.push(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer));
      this.#wake();
    };
    onceOver(() => this.socket.terminate());
  }

  async message(): Promise<string | Uint8Array> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#messages.shift()!;
  }
}

const upgradeHeaders = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

const errorIn = ({ body }: RawResponse) => (JSON.parse(body) as { error: unknown }).error;

describe.each(["http", "https"] as const)("on %s", (scheme) => {
  test("a WebSocket carries texts and bytes both ways", async () => {
    const echo = await Echo.start(scheme);
    const client = echo.connect();
    await client.opened.promise;
    expect(client.socket.protocol).toBe(protocol);
    client.socket.send("hällo");
    expect(await client.message()).toBe("hällo");
    client.socket.send(Uint8Array.of(0, 255, 10));
    expect(await client.message()).toEqual(Uint8Array.of(0, 255, 10));
    client.socket.close(1000, "bye");
    await echo.closed.promise;
    expect(await client.closed.promise).toBe("1000 bye");
  });

  test("a request with Upgrade: h2c is answered, with and without a body, and stop ends", async () => {
    const echo = await Echo.start(scheme);
    const socket = await echo.socket();
    const h2c = { Upgrade: "h2c", Connection: "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMA" };
    socket.write(requestText("GET", "/any", h2c));
    expect(await socket.response()).toMatchObject({ status: 200, body: "GET " });
    socket.write(requestText("POST", "/any", h2c, "a body"));
    expect(await socket.response()).toMatchObject({ status: 200, body: "POST a body" });
    const startedMs = performance.now();
    await echo.server.stop();
    expect(performance.now() - startedMs).toBeLessThan(stopMaxMs);
    await socket.closed;
  });

  test("stop says goodbye to every WebSocket", async () => {
    const echo = await Echo.start(scheme);
    const clients = [echo.connect(), echo.connect()];
    await Promise.all(clients.map(({ opened }) => opened.promise));
    await echo.server.stop();
    for (const { closed } of clients) expect(await closed.promise).toBe("1001 the server stops");
  });

  test("a WebSocket that does not say goodbye is cut", async () => {
    const echo = await Echo.start(scheme);
    const socket = await echo.socket();
    socket.write(requestText("GET", "/echo", upgradeHeaders));
    expect((await socket.response()).status).toBe(101);
    let isStopped = false;
    const stopped = echo.server.stop().then(() => (isStopped = true));
    await (await echo.opened.promise).send("read by nobody");
    expect(isStopped).toBeFalse();
    echo.server.cut();
    await Promise.all([stopped, socket.closed, echo.closed.promise]);
  });
});

describe("a request for a WebSocket", () => {
  test("may bring its first message with it", async () => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    const hi = Buffer.from("8182000000006869", "hex");
    socket.write(Buffer.concat([Buffer.from(requestText("GET", "/echo", upgradeHeaders)), hi]));
    expect((await socket.response()).status).toBe(101);
    expect(await socket.bytes(4)).toBe("\x81\x02hi");
  });

  test("may follow other requests on its connection", async () => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("GET", "/any") + requestText("GET", "/echo", upgradeHeaders));
    expect((await socket.response()).body).toBe("GET ");
    const { status, headers } = await socket.response();
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-accept")).toBe("ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
    expect(headers.has("sec-websocket-protocol")).toBeFalse();
  });

  test("is given the route's subprotocol, or none when it offers none", async () => {
    const echo = await Echo.start("http");
    const clients = [echo.connect(["other", protocol]), echo.connect([])];
    await Promise.all(clients.map(({ opened }) => opened.promise));
    expect(clients.map(({ socket }) => socket.protocol)).toEqual([protocol, ""]);
  });

  test.each([
    ["by its route", "/refused", upgradeHeaders, 401, 2, "no ticket"],
    [
      "for other subprotocols",
      "/echo",
      { ...upgradeHeaders, "Sec-WebSocket-Protocol": "other" },
      400,
      1,
      "no subprotocol is offered that is known: wanted echo.v1",
    ],
    [
      "for its version",
      "/echo",
      { ...upgradeHeaders, "Sec-WebSocket-Version": "8" },
      426,
      1,
      "Sec-WebSocket-Version is missing or not 13",
    ],
    [
      "for its key",
      "/echo",
      { ...upgradeHeaders, "Sec-WebSocket-Key": "AAAA" },
      400,
      1,
      "Sec-WebSocket-Key is missing or malformed",
    ],
    ["since it is none", "/echo", {}, 426, 1, "this is a WebSocket"],
  ])("refused %s gets status and error", async (_why, path, headers, status, code, details) => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("GET", path, headers));
    const answer = await socket.response();
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(errorIn(answer)).toMatchObject({ code, details });
    expect(answer.headers.get("upgrade")).toBe(status === 426 ? "websocket" : undefined);
  });

  test("elsewhere is answered as if it were none", async () => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("GET", "/any", upgradeHeaders));
    expect(await socket.response()).toMatchObject({ status: 200, body: "GET " });
    // Refused, or a request that asks for no upgrade where one is wanted.
    for (const [path, status] of [
      ["/x\\..\\echo", 400],
      ["http://a.example/echo", 426],
      ["/./echo", 426],
      ["/%65cho", 426],
    ] as const) {
      socket.write(requestText("GET", path, upgradeHeaders));
      expect([path, (await socket.response()).status]).toEqual([path, status]);
    }
  });

  test("that is refused ends its connection, whatever the client does", async () => {
    const echo = await Echo.start("http");
    const port = Number(new URL(echo.server.url).port);
    const socket = HttpSocket.on(connect({ host: "127.0.0.1", port, allowHalfOpen: true }));
    socket.write(requestText("GET", "/refused", upgradeHeaders));
    const { status, headers } = await socket.response();
    expect([status, headers.get("connection")]).toEqual([401, "close"]);
    await untilNoSocketsAt(port);
  });

  test("other than GET is none", async () => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("POST", "/any", upgradeHeaders, "x"));
    expect(await socket.response()).toMatchObject({ status: 200, body: "POST x" });
  });

  test("that comes while the server stops is opened and closed", async () => {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("GET", "/slow", upgradeHeaders));
    await echo.asked.promise;
    const stopped = echo.server.stop();
    echo.mayAnswer.resolve();
    expect((await socket.response()).status).toBe(101);
    expect(await socket.bytes(4)).toBe("\x88\x12\x03\xe9");
    socket.socket.destroy();
    await stopped;
  });
});

test("the reason of a close is cut where it is too long", async () => {
  const echo = await Echo.start("http");
  const client = echo.connect();
  (await echo.opened.promise).close(1000, `${"x".repeat(119)}€€`);
  expect(await client.closed.promise).toBe(`1000 ${"x".repeat(119)}`);
});

test("a message that is too long ends its socket", async () => {
  const echo = await Echo.start("http");
  const client = echo.connect();
  await client.opened.promise;
  client.socket.send("x".repeat(256 * 1024));
  expect(await client.message()).toHaveLength(256 * 1024);
  client.socket.send("x".repeat(256 * 1024 + 1));
  expect(await client.closed.promise).toStartWith("1009");
  await echo.closed.promise;
});

test("what a client does not read waits, and is known", async () => {
  const echo = await Echo.start("http");
  const socket = await echo.socket();
  socket.write(requestText("GET", "/echo", upgradeHeaders));
  await socket.response();
  socket.socket.pause();
  const server = await echo.opened.promise;
  const megabyte = new Uint8Array(1024 * 1024);
  let settled = 0;
  const sent = Array.from({ length: 32 }, () => server.send(megabyte).then(() => settled++));
  expect(server.unsentBytes).toBeGreaterThan(megabyte.length);
  expect(settled).toBeLessThan(32);
  socket.socket.destroy();
  // Whoever waits is told by the end at the latest.
  await Promise.all(sent);
  await echo.closed.promise;
});

describe("a client that has gone without a word", () => {
  afterEach(() => jest.useRealTimers());

  test("is found by a ping that it does not answer", async () => {
    jest.useFakeTimers();
    const echo = await Echo.start("http");
    const [silent, lively] = [await echo.socket(), echo.connect()];
    await lively.opened.promise;
    silent.write(requestText("GET", "/echo", upgradeHeaders));
    await silent.response();
    jest.advanceTimersByTime(20_000);
    expect(await silent.bytes(2)).toBe("\x89\x00");
    lively.socket.send("here");
    await lively.message();
    jest.advanceTimersByTime(20_000);
    await silent.closed;
    lively.socket.send("still here");
    expect(await lively.message()).toBe("still here");
  });
});

describe("that a client has read everything", () => {
  const ping = (number: number) => `\x89\x06\0\0\0\0\0${String.fromCharCode(number)}`;
  const pong = (number: number) => Buffer.from(`8a86000000000000000000${hexByte(number)}`, "hex");
  const hexByte = (number: number) => number.toString(16).padStart(2, "0");

  async function arrange() {
    const echo = await Echo.start("http");
    const socket = await echo.socket();
    socket.write(requestText("GET", "/echo", upgradeHeaders));
    await socket.response();
    return { socket, server: await echo.opened.promise };
  }

  test("is known by its answers to pings, of which it may leave some out", async () => {
    const { socket, server } = await arrange();
    const settled: string[] = [];
    const note = (name: string) => server.allRead().then(() => settled.push(name));
    const notes = [note("a"), note("b"), note("c")];
    expect(await socket.bytes(24)).toBe(ping(1) + ping(2) + ping(3));
    socket.write(pong(2));
    await notes[1];
    expect(settled).toEqual(["a", "b"]);
    // Nobody has asked for that.
    socket.write(Buffer.from("8a8000000000", "hex"));
    socket.write(pong(3));
    await notes[2];
  });

  test("is known in any case when it has gone", async () => {
    const { socket, server } = await arrange();
    const read = server.allRead();
    socket.socket.destroy();
    await read;
    await server.allRead();
  });

  test("a client of the browsers' kind tells by itself", async () => {
    const echo = await Echo.start("http");
    const client = echo.connect();
    await client.opened.promise;
    const server = await echo.opened.promise;
    void server.send("first");
    await server.allRead();
    expect(await client.message()).toBe("first");
  });
});
