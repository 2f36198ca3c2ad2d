/** Request bodies in every wrapping that clients have, and a few that they should not have. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiSession, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { until } from "./support/until.ts";

let host: SimHost;
let server: ApiServer;
let session: ApiSession;
let uid: Record<string, string>;

beforeAll(async () => {
  host = await start();
  server = await startServer({ connectionLimit: 100 });
  session = await server.api.logIn(host.port);
  uid = { "Connection-Uid": session.uid };
});
afterAll(async () => {
  expect((await session.get("user")).status).toBe(200);
  expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  await stopAll();
});

const nilUuid = "00000000-0000-0000-0000-000000000000";
const user = '{"fullName":"Fixture Pupil","login":"vyfixture","session":0}';
const login = JSON.stringify(fixtureLogin);
const loginPath = () => `/api/v1/authentication/127.0.0.1:${host.port}`;
const getUser = () => requestText("GET", "/api/v1/user", uid);
const open = () => HttpSocket.connect(server.url);

/** The body in chunks of this many bytes. */
function chunked(body: string, chunkBytes: number, extension = "", trailer = ""): string {
  const chunks = body.match(new RegExp(`[^]{1,${chunkBytes}}`, "g")) ?? [];
  const framed = chunks.map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`);
  return `${framed.join("")}0\r\n${trailer}\r\n`;
}

async function expectUser(socket: HttpSocket): Promise<void> {
  expect(await socket.response()).toMatchObject({ status: 200, body: user });
}

describe("bodies", () => {
  const bom = "\xef\xbb\xbf";
  test.each<[string, Record<string, string>, string]>([
    ["without Content-Type", {}, login],
    ["as text", { "Content-Type": "text/plain" }, login],
    ["as a form", { "Content-Type": "application/x-www-form-urlencoded" }, login],
    ["as several parts without a boundary", { "Content-Type": "multipart/form-data" }, login],
    ["as JSON in UTF-8", { "Content-Type": "application/json; charset=utf-8" }, login],
    ["as broken type", { "Content-Type": ";;;" }, login],
    ["with a byte order mark", {}, `${bom}${login}`],
    ["with blanks around", {}, ` \r\n\t${login}\n `],
    ["with unknown keys", {}, login.replace("{", '{"x":{"y":[1,null]},')],
    ["with a key twice", {}, login.replace("{", '{"method":"x",')],
  ])("%s", async (_, headers, body) => {
    const socket = await open();
    socket.write(requestText("POST", loginPath(), headers, body));
    expect((await socket.response()).body).toContain("connection-uid");
  });

  test.each([
    ["in one chunk", chunked(login, 100_000)],
    ["in chunks of a byte", chunked(login, 1)],
    ["in chunks of 1000", chunked(login, 1000)],
    ["with extensions", chunked(login, 1000, ";name=value")],
    ["with a trailer", chunked(login, 1000, "", "X-Trailer: 1\r\n")],
  ])("chunked, %s", async (_, body) => {
    const socket = await open();
    const headers = { "Transfer-Encoding": "chunked" };
    socket.write(requestText("POST", loginPath(), headers) + body);
    expect((await socket.response()).body).toContain("connection-uid");
    socket.write(getUser());
    await expectUser(socket);
  });

  test("chunked and byte by byte", async () => {
    const socket = await open();
    const headers = { ...uid, "Transfer-Encoding": "chunked" };
    const path = `/api/v1/feature/${featureIds.screenLock}`;
    const body = chunked('{"active":false}', 5);
    await socket.writeByteByByte(requestText("PUT", path, headers) + body);
    expect(await socket.response()).toMatchObject({ status: 200, body: "{}" });
  });

  test("Expect: 100-continue is asked for the body", async () => {
    const socket = await open();
    const request = requestText("POST", loginPath(), { Expect: "100-continue" }, login);
    const head = request.slice(0, request.indexOf("\r\n\r\n") + 4);
    socket.write(head);
    expect(await socket.response()).toMatchObject({ status: 100 });
    socket.write(login);
    expect((await socket.response()).body).toContain("connection-uid");
  });

  test.each([
    ["no object", "[1]", "the body is JSON, but not an object"],
    ["a number", "5", "the body is JSON, but not an object"],
    ["null", "null", "the body is JSON, but not an object"],
    ["cut", '{"method":"', "the body is not JSON"],
    ["no JSON", "garbage", "the body is not JSON"],
    ["a form", "method=x&credentials=y", "the body is not JSON"],
    ["NULs", "\0\0\0\0", "the body is not JSON"],
    ["invalid UTF-8", "\xff\xfe\xfd", "the body is not UTF-8"],
    ["Latin-1", '{"method":"\xfc"}', "the body is not UTF-8"],
    ["UTF-16", "{\0}\0", "the body is not JSON"],
    ["deep", "[".repeat(60_000), "the body is nested over 32 deep"],
    ["of many values", `[${"1,".repeat(10_000)}1]`, "the body has over 8192 values"],
    ["empty", "", "the body is empty"],
    ["an empty object", "{}", "method is missing"],
    ["no method", '{"credentials":{}}', "method is missing"],
    [
      "the nil UUID",
      '{"method":"{00000000-0000-0000-0000-000000000000}"}',
      "method is the nil UUID",
    ],
  ])("%s: error 1 that says so", async (_, body, details) => {
    const socket = await open();
    socket.write(requestText("POST", loginPath(), {}, body));
    const response = await socket.response();
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toEqual({
      error: { code: 1, details: expect.stringContaining(details), message: "Invalid data" },
    });
  });

  test("a key with its line breaks as they are logs in, as with the reference", async () => {
    const { method, credentials } = fixtureLogin;
    const { keyname, keydata } = credentials;
    const body = `{"method":"${method}","credentials":{"keyname":"${keyname}","keydata":"${keydata}"}}`;
    const socket = await open();
    socket.write(requestText("POST", loginPath(), {}, body));
    expect((await socket.response()).body).toContain("connection-uid");
  });

  describe("the text of a message goes to the host as it was written, or not at all", () => {
    const path = `/api/v1/feature/${featureIds.textMessage}`;
    const received = () =>
      host.received
        .filter(({ feature }) => feature === featureIds.textMessage)
        .map((message) => (message.arguments.get("0") as { value: string }).value);
    const put = async (text: string) => {
      const before = received().length;
      const socket = await open();
      const body = `{"active":true,"arguments":{"text":"${text}"}}`;
      socket.write(requestText("PUT", path, uid, body));
      const { status } = await socket.response();
      // Answered after the host has got what was sent before.
      socket.write(getUser());
      await expectUser(socket);
      return { status, received: received().slice(before) };
    };

    test.each([
      ["in UTF-8", "Gr\xc3\xbc\xc3\x9fe", "Gr\u00fc\u00dfe"],
      ["beyond the BMP", "\xf0\x9f\x98\x80", "\u{1f600}"],
      ["a replacement character", "\xef\xbf\xbd", "\ufffd"],
      ["half a surrogate pair, escaped", "a\\ud83db", "a\ud83db"],
      ["a pair the wrong way round", "\\ude00\\ud83d", "\ude00\ud83d"],
      ["a NUL", "a\\u0000b", "a\0b"],
      ["a line break as it is", "a\nb", "a\nb"],
    ])("%s: sent", async (_, written, text) => {
      expect(await put(written)).toEqual({ status: 200, received: [text] });
    });

    test.each([
      ["in Latin-1", "Gr\xfc\xdfe"],
      ["a NUL in two bytes", "a\xc0\x80b"],
      ["half a surrogate pair, in bytes", "a\xed\xa0\x80b"],
    ])("%s: refused", async (_, written) => {
      expect(await put(written)).toEqual({ status: 400, received: [] });
    });
  });
});

describe("what is too long", () => {
  const loginBytesMax = 64 * 1024;
  const controlBytesMax = 1024 * 1024;
  const controlPath = `/api/v1/feature/${featureIds.screenLock}`;
  const padded = (json: string, bytes: number) =>
    json.replace("{", `{"x":"${"x".repeat(bytes - json.length - 7)}",`);

  test.each([
    ["a login", "POST", loginPath, loginBytesMax],
    ["what starts a feature", "PUT", () => controlPath, controlBytesMax],
  ] as const)("of %s: error 1, and the connection goes on", async (_, method, path, bytesMax) => {
    const good = method === "POST" ? login : '{"active":false}';
    for (const isChunked of [false, true]) {
      const socket = await open();
      const send = (body: string) => {
        const headers = isChunked ? { ...uid, "Transfer-Encoding": "chunked" } : uid;
        const request = requestText(method, path(), headers, isChunked ? undefined : body);
        socket.write(isChunked ? request + chunked(body, 65536) : request);
      };
      send(padded(good, bytesMax));
      expect((await socket.response()).status).toBe(200);
      send(padded(good, bytesMax + 1));
      const { status, body } = await socket.response();
      expect([status, JSON.parse(body)]).toEqual([
        413,
        {
          error: {
            code: 1,
            details: `the body has over ${bytesMax} bytes`,
            message: "Invalid data",
          },
        },
      ]);
      socket.write(getUser());
      await expectUser(socket);
    }
  });

  test("is answered before it is sent", async () => {
    const socket = await open();
    socket.write(requestText("POST", loginPath(), { "Content-Length": "7000000" }));
    expect((await socket.response()).status).toBe(413);
  });

  test("is read for a while by whoever says what is wrong with it, and then cut off", async () => {
    const socket = await open();
    const request = requestText("POST", loginPath(), { "Content-Length": String(1 << 30) });
    socket.write(request);
    expect((await socket.response()).status).toBe(413);
    let isOver = false;
    void socket.closed.then(() => (isOver = true));
    while (!isOver) {
      socket.write("x".repeat(1 << 20));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, 10_000);
});

describe("what needs no body is answered without it", () => {
  const declared = { "Content-Length": "60000" };

  test.each([
    ["an unknown path", "POST", "/api/v1/nope", {}, 404],
    ["an unknown method", "PATCH", "/api/v1/user", {}, 404],
    ["no connection", "PUT", `/api/v1/feature/${featureIds.screenLock}`, {}, 401],
    ["an unknown connection", "PUT", "/api/v1/feature/x", { "Connection-Uid": nilUuid }, 401],
    ["no HTTP/1.1", "POST", "/api/v1/nope", { Host: "a, b" }, 400],
  ])("%s", async (_, method, path, headers, status) => {
    const socket = await open();
    socket.write(requestText(method, path, { ...headers, ...declared }));
    expect((await socket.response()).status).toBe(status);
  });

  test("an unknown feature", async () => {
    const socket = await open();
    socket.write(requestText("PUT", "/api/v1/feature/x", { ...uid, ...declared }));
    expect((await socket.response()).status).toBe(400);
  });

  test("the limit of connections", async () => {
    const full = await startServer({ connectionLimit: 1 });
    await full.api.logIn(host.port);
    const socket = await HttpSocket.connect(full.url);
    socket.write(requestText("POST", loginPath(), declared));
    expect((await socket.response()).status).toBe(429);
  });

  test.each([
    ["that keeps its connection", {}, "HTTP/1.1"],
    ["that closes it", { Connection: "close" }, "HTTP/1.1"],
    ["of HTTP/1.0", {}, "HTTP/1.0"],
  ])("also to a client %s, and sends all before it reads", async (_, headers, version) => {
    const socket = await open();
    socket.socket.pause();
    const head = requestText("POST", "/api/v1/nope", { ...headers, "Content-Length": "4000000" });
    socket.write(head.replace("HTTP/1.1", version));
    for (let sent = 0; sent < 4_000_000; sent += 100_000) {
      socket.write("x".repeat(100_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.socket.resume();
    expect((await socket.response()).status).toBe(404);
    if (version === "HTTP/1.0" || "Connection" in headers) await socket.closed;
    else {
      socket.write(getUser());
      await expectUser(socket);
    }
  });

  test("and what has come of it is no request", async () => {
    const socket = await open();
    const smuggled = getUser();
    socket.write(requestText("POST", "/api/v1/nope", {}, smuggled) + getUser());
    expect((await socket.response()).status).toBe(404);
    await expectUser(socket);
    socket.write(requestText("GET", "/api/v1/nope"));
    expect((await socket.response()).status).toBe(404);
  });
});

test("bodies that never end hold a bounded number of bytes, and no login up", async () => {
  const path = `/api/v1/feature/${featureIds.screenLock}`;
  const all = await Promise.all(Array.from({ length: 48 }, open));
  const refused = all.map((socket) => socket.response().catch(() => null));
  for (const socket of all) {
    socket.write(requestText("PUT", path, { ...uid, "Content-Length": "1048576" }));
    socket.write("x".repeat(1_000_000));
  }
  // There is room for 32 MiB.
  const first = await Promise.race(refused);
  expect([first?.status, first?.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(JSON.parse(first!.body).error.code).toBe(7);
  let count = 0;
  for (const each of refused) void each.then((response) => (count += Number(response !== null)));
  await until("the rest of them", () => count >= 48 - 33);
  const socket = await open();
  socket.write(requestText("POST", loginPath(), {}, login));
  expect((await socket.response()).body).toContain("connection-uid");
  for (const { socket } of all) socket.destroy();
});
