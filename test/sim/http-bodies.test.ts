/** Request bodies in every wrapping that clients have, and a few that they should not have. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/sim/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiSession, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";

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
    ["no object", "[1]"],
    ["a number", "5"],
    ["null", "null"],
    ["cut", '{"method":"'],
    ["no JSON", "garbage"],
    ["NULs", "\0\0\0\0"],
    ["invalid UTF-8", "\xff\xfe\xfd"],
    ["UTF-16", "{\0}\0"],
    ["deep", "[".repeat(100_000)],
    ["empty", ""],
  ])("%s counts as an empty object: error 1", async (_, body) => {
    const socket = await open();
    socket.write(requestText("POST", loginPath(), {}, body));
    const response = await socket.response();
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({
      error: { code: 1, message: "Invalid data" },
    });
  });

  test.each([
    ["with its length", false],
    ["chunked", true],
  ])("above 4 MiB %s: error 1, and the connection goes on", async (_, isChunked) => {
    const body = `{"x":"${"x".repeat(4 * 1024 * 1024)}"}`;
    const socket = await open();
    const headers = { "Transfer-Encoding": "chunked" };
    socket.write(
      isChunked
        ? requestText("POST", loginPath(), headers) + chunked(body, 65536)
        : requestText("POST", loginPath(), {}, body),
    );
    const response = await socket.response();
    expect(response.status).toBe(400);
    expect(response.body).toContain("bytes");
    socket.write(getUser());
    await expectUser(socket);
  });

  test("of a login up to 4 MiB is read", async () => {
    const body = login.replace("{", `{"x":"${"x".repeat(4_000_000)}",`);
    const socket = await open();
    socket.write(requestText("POST", loginPath(), {}, body));
    expect((await socket.response()).body).toContain("connection-uid");
  });
});
