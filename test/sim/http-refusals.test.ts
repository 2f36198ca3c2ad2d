/**
 * What the HTTP layer refuses before the API sees it: each has an error body, a line in the log,
 * and the last word.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiSession, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, type RawResponse, requestText } from "./support/http-socket.ts";
import { gateAt } from "./support/misbehaviours.ts";

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeAll(async () => {
  host = await start();
  server = await startServer({ connectionLimit: 100 });
  session = await server.api.logIn(host.port);
});
afterAll(async () => {
  expect((await session.get("user")).status).toBe(200);
  expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  await stopAll();
});

const open = (url = server.url) => HttpSocket.connect(url);
const getUser = () => requestText("GET", "/api/v1/user", { "Connection-Uid": session.uid });
const loginPath = () => `/api/v1/authentication/127.0.0.1:${host.port}`;
const post = "POST /api/v1/authentication/x HTTP/1.1\r\nHost: localhost\r\n";

/** The answer, which is the last one on its connection. */
async function refusal(socket: HttpSocket): Promise<RawResponse> {
  const response = await socket.response();
  await socket.closed;
  return response;
}

function expectRefusal(response: RawResponse, status: number, details: string): void {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("connection")).toBe("close");
  const { error } = JSON.parse(response.body);
  expect(error).toEqual({
    code: 1,
    details: expect.stringContaining(details),
    message: "Invalid data",
  });
}

const noHttp = "no HTTP request";
const tooMuch = "over 81920 bytes";

describe("is answered in words", () => {
  test.each<[string, string, number, string]>([
    ["noise", "\x00\x01\x02\xff\xfe\xfd".repeat(100), 400, noHttp],
    ["text", "hello\r\n\r\n", 400, noHttp],
    ["a greeting of RFB", "RFB 003.008\n\r\n\r\n", 400, noHttp],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "this is TLS"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP/2"],
    ["an unknown method", requestText("FOO", "/api/v1/user"), 400, "unknown method"],
    ["a method in lower case", requestText("get", "/api/v1/user"), 400, "unknown method"],
    ["no version", "GET /api/v1/user\r\nHost: localhost\r\n\r\n", 400, "HTTP/1.1"],
    ["an unknown version", "GET /api/v1/user HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "HTTP/1.1"],
    ["a blank in the path", requestText("GET", "/api/v1/user x"), 400, "HTTP/1.1"],
    ["lines without carriage return", "GET / HTTP/1.1\nHost: x\n\n", 400, "carriage return"],
    ["a path in UTF-8", requestText("GET", "/api/v1/authentication/h\xc3\xb6st"), 400, "percent"],
    ["a query in Latin-1", requestText("GET", "/api/v1/user?a=\xfc"), 400, "percent-encoded"],
    ["no Host", "GET /api/v1/user HTTP/1.1\r\n\r\n", 400, "Host is missing"],
    [
      "two Hosts",
      "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
      400,
      "more than one",
    ],
    [
      "two Hosts of HTTP/1.0",
      "GET / HTTP/1.0\r\nHost: localhost\r\nhost: y\r\n\r\n",
      400,
      "more than one",
    ],
    [
      "a header without a colon",
      "GET / HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n",
      400,
      "header",
    ],
    [
      "a blank before the colon",
      "GET / HTTP/1.1\r\nHost: localhost\r\nName : 1\r\n\r\n",
      400,
      "header",
    ],
    ["a negative length", `${post}Content-Length: -1\r\n\r\n`, 400, "Content-Length"],
    ["a length in words", `${post}Content-Length: x\r\n\r\n`, 400, "Content-Length"],
    [
      "two lengths",
      `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
      400,
      "Content-Length",
    ],
    [
      "a length and chunks",
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      "Transfer-Encoding",
    ],
    [
      "a chunk of no length",
      `${post}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nxyz\r\n\r\n`,
      400,
      "size of a chunk",
    ],
    ["a tunnel", "CONNECT pc-07:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "CONNECT"],
    [
      "100 KB in one header",
      requestText("GET", "/api/v1/user", { Cookie: "x".repeat(100_000) }),
      431,
      tooMuch,
    ],
    [
      "100 KB in 100 headers",
      requestText(
        "GET",
        "/api/v1/user",
        Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X-${i}`, "x".repeat(1000)])),
      ),
      431,
      tooMuch,
    ],
    ["a path of 100 KB", requestText("GET", `/${"x".repeat(100_000)}`), 431, tooMuch],
  ])("%s", async (_, text, status, details) => {
    const server = await startServer();
    const socket = await open(server.url);
    socket.write(text);
    expectRefusal(await refusal(socket), status, details);
    const line = await server.lineWith("request refused");
    expect(line).toContain(
      ` level=warn event="request refused" status=${status} error=1 details="`,
    );
    expect(line).toContain(details);
    expect(line).toEndWith(" client=127.0.0.1");
    await server.stop();
    expect(server.lines.filter((each) => each.includes("request refused"))).toHaveLength(1);
  });

  test("a backslash in the path, and the connection goes on", async () => {
    const socket = await open();
    socket.write(requestText("GET", "/api/v1/us\\er"));
    const { status, body } = await socket.response();
    expect(status).toBe(400);
    expect(JSON.parse(body).error.details).toBe("Backslash in request path");
    await server.lineWith("request refused", 'details="Backslash in request path"');
    socket.write(getUser());
    expect((await socket.response()).status).toBe(200);
  });
});

test.each([
  ["60 KB of cookies", { Cookie: "x".repeat(60_000) }],
  ["64 KiB of cookies", { Cookie: "x".repeat(65_536) }],
  [
    "64 KB in 64 headers",
    Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`X-${i}`, "x".repeat(1000)])),
  ],
])("%s are taken, like by the reference", async (_, headers) => {
  const socket = await open();
  const uid = { "Connection-Uid": session.uid };
  for (let i = 0; i < 2; i++) {
    socket.write(
      requestText("GET", `/api/v1/user?x=${"y".repeat(10_000)}`, { ...headers, ...uid }),
    );
    expect((await socket.response()).status).toBe(200);
  }
});

test("an expectation that nobody knows is none", async () => {
  const socket = await open();
  const headers = { "Connection-Uid": session.uid, Expect: "the unexpected" };
  socket.write(requestText("GET", "/api/v1/user", headers));
  expect((await socket.response()).status).toBe(200);
});

describe("what came before on the connection is answered first", () => {
  test("a login that takes its time, and others behind it", async () => {
    const gate = gateAt("challenge");
    const slow = await start({ intercept: gate.intercept });
    const socket = await open();
    const path = `/api/v1/authentication/127.0.0.1:${slow.port}`;
    const login = requestText("POST", path, {}, JSON.stringify(fixtureLogin));
    socket.write(`${login}${getUser()}garbage\r\n\r\n`);
    await gate.reached;
    socket.write("more garbage\r\n\r\n");
    gate.open();
    expect((await socket.response()).body).toContain("connection-uid");
    expect((await socket.response()).status).toBe(200);
    expectRefusal(await refusal(socket), 400, noHttp);
  });

  test("also when a broken body is what is refused", async () => {
    const gate = gateAt("challenge");
    const slow = await start({ intercept: gate.intercept });
    const socket = await open();
    const path = `/api/v1/authentication/127.0.0.1:${slow.port}`;
    const login = requestText("POST", path, {}, JSON.stringify(fixtureLogin));
    socket.write(`${login}${post}Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n`);
    await gate.reached;
    gate.open();
    expect((await socket.response()).body).toContain("connection-uid");
    expectRefusal(await refusal(socket), 400, "size of a chunk");
  });
});

test("a client that goes away in the middle is no refusal", async () => {
  const server = await startServer();
  const socket = await open(server.url);
  socket.write(`${post}Content-Length: 100\r\n\r\n{`);
  await new Promise((resolve) => setImmediate(resolve));
  socket.socket.resetAndDestroy();
  await server.api.get("user");
  await server.stop();
  expect(server.lines.filter((line) => line.includes("request refused"))).toEqual([]);
});

test("a scanner cannot fill the log: ten lines, and how many more there were", async () => {
  const server = await startServer();
  for (let i = 0; i < 25; i++) {
    const socket = await open(server.url);
    socket.write("hello\r\n\r\n");
    await refusal(socket);
  }
  await server.stop();
  const lines = server.lines.filter((line) => line.includes('event="request refused"'));
  expect(lines).toHaveLength(11);
  expect(lines[10]).toEndWith('event="request refused" omitted=15');
});

test("a login still works", async () => {
  const socket = await open();
  socket.write(requestText("POST", loginPath(), {}, JSON.stringify(fixtureLogin)));
  expect((await socket.response()).body).toContain("connection-uid");
});
