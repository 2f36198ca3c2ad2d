/** What is no HTTP, or too much of it: it costs its own connection and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noise, randomFrom } from "../support/pictures.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture, untilShown } from "./support/framebuffer.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { socketsAt } from "./support/open-files.ts";
import { until } from "./support/until.ts";

let server: ApiServer;
let session: ApiSession;

beforeAll(async () => {
  const host = await start({ width: 1000, height: 800 });
  const pixel = noise(randomFrom(1));
  const pixels = Uint32Array.from({ length: 1000 * 800 }, (_, i) => pixel(i, 0) & 0xffffff);
  host.screen.put(host.screen.bounds, pixels);
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilShown(session, host.screen);
});
afterAll(async () => {
  expect((await session.get("user")).status).toBe(200);
  expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  await stopAll();
});

const open = () => HttpSocket.connect(server.url);

/** A refusal, or the end of the connection without a word. */
async function expectRefused(socket: HttpSocket): Promise<void> {
  const response = await socket.response().catch(() => null);
  if (response === null) return;
  // Of a version that there is not, 505 is the word.
  expect(response.status === 505 || (response.status >= 400 && response.status < 500)).toBeTrue();
}

test("an endless chunked body is refused", async () => {
  const socket = await open();
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  socket.write(requestText("POST", "/api/v1/authentication/x", { "Transfer-Encoding": "chunked" }));
  const refused = expectRefused(socket);
  let chunks = 0;
  let isOver = false;
  void refused.finally(() => (isOver = true));
  for (; !isOver && chunks < 1000; chunks++) {
    socket.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.socket.destroy();
  await refused;
  expect(chunks).toBeLessThan(1000);
});

describe("nothing is left of a client that goes away", () => {
  const port = () => Number(new URL(server.url).port);

  test.each([
    ["before its request", ""],
    ["in the middle of its headers", "GET /api/v1/user HT"],
    [
      "in the middle of its body",
      "POST /api/v1/authentication/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    ],
    [
      "in the middle of a chunk",
      "POST /api/v1/authentication/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    ],
  ])("%s", async (_, text) => {
    const before = socketsAt(port());
    const socket = await open();
    await until("its connection", () => socketsAt(port()) === before + 1);
    socket.write(text);
    await new Promise((resolve) => setImmediate(resolve));
    socket.socket.destroy();
    await until("its end", () => socketsAt(port()) <= before);
  });

  test.each(["/api/v1/framebuffer?compression=1", "/api/v1/framebuffer?format=jpeg&quality=100"])(
    "in the middle of its picture: %s",
    async (path) => {
      const before = socketsAt(port());
      for (let i = 0; i < 10; i++) {
        const socket = await open();
        const begun = new Promise((resolve) => socket.socket.once("data", resolve));
        socket.write(requestText("GET", path, { "Connection-Uid": session.uid }));
        if (i % 2 === 0) await begun;
        socket.socket.destroy();
      }
      await until("their end", () => socketsAt(port()) <= before);
      await untilPicture(session);
    },
  );

  test("that does not read its picture holds up nobody else", async () => {
    const lazy = await open();
    lazy.socket.pause();
    for (let i = 0; i < 3; i++) {
      lazy.write(
        requestText("GET", "/api/v1/framebuffer?compression=1", { "Connection-Uid": session.uid }),
      );
    }
    await untilPicture(session);
    expect((await session.get("user")).status).toBe(200);
    lazy.socket.destroy();
  });
});

test("a duplicate Connection-Uid is refused", async () => {
  const socket = await open();
  const header = `Connection-Uid: ${session.uid}\r\n`;
  socket.write(`GET /api/v1/user HTTP/1.1\r\nHost: localhost\r\n${header}${header}\r\n`);
  expect((await socket.response()).status).toBe(401);
});

test.each(["FOO", "get", "PROPFIND", "BREW"])("the method %s is refused", async (method) => {
  const socket = await open();
  socket.write(requestText(method, "/api/v1/user", { "Connection-Uid": session.uid }));
  await expectRefused(socket);
});

test("the whole address in the request line is understood", async () => {
  const socket = await open();
  socket.write(requestText("GET", `${server.url}/api/v1/user`, { "Connection-Uid": session.uid }));
  expect((await socket.response()).status).toBe(200);
});
