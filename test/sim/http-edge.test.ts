/** HTTP connections as clients really use them, byte for byte, and what is no part of the API. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiSession, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";

let host: SimHost;
let server: ApiServer;
let session: ApiSession;
let uid: Record<string, string>;

beforeAll(async () => {
  host = await start();
  server = await startServer({ connectionLimit: 100, allowedHostNames: "any" });
  session = await server.api.logIn(host.port);
  uid = { "Connection-Uid": session.uid };
  await untilPicture(session);
});
afterAll(async () => {
  expect((await session.get("user")).status).toBe(200);
  expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  await stopAll();
});

const user = '{"fullName":"Fixture Pupil","login":"vyfixture","session":0}';
const notFound = "Invalid command or non-matching HTTP method";
const login = JSON.stringify(fixtureLogin);
const loginPath = () => `/api/v1/authentication/127.0.0.1:${host.port}`;
const getUser = () => requestText("GET", "/api/v1/user", uid);
const open = () => HttpSocket.connect(server.url);

async function expectUser(socket: HttpSocket): Promise<void> {
  expect(await socket.response()).toMatchObject({ status: 200, body: user });
}

describe("connections", () => {
  test("are kept alive", async () => {
    const socket = await open();
    for (let i = 0; i < 3; i++) {
      socket.write(getUser());
      await expectUser(socket);
    }
  });

  test("pipelining: all requests are answered, in their order", async () => {
    const socket = await open();
    const feature = requestText("GET", `/api/v1/feature/${featureIds.systemTrayIcon}`, uid);
    const unknown = requestText("GET", "/api/v1/unknown");
    const stop = requestText(
      "PUT",
      `/api/v1/feature/${featureIds.screenLock}`,
      uid,
      '{"active":0}',
    );
    const signIn = requestText("POST", loginPath(), {}, login);
    socket.write([getUser(), feature, unknown, signIn, stop, getUser(), getUser()].join(""));
    await expectUser(socket);
    expect(await socket.response()).toMatchObject({ status: 200, body: '{"active":true}' });
    expect(await socket.response()).toMatchObject({ status: 404, body: notFound });
    expect((await socket.response()).body).toContain("connection-uid");
    expect(await socket.response()).toMatchObject({ status: 200, body: "{}" });
    await expectUser(socket);
    await expectUser(socket);
  });

  test("Connection: close closes after the answer", async () => {
    const socket = await open();
    socket.write(requestText("GET", "/api/v1/user", { ...uid, Connection: "close" }));
    await expectUser(socket);
    await socket.closed;
  });

  test("HTTP/1.0 is answered, and closed", async () => {
    const socket = await open();
    socket.write(requestText("GET", "/api/v1/user", uid, undefined, "HTTP/1.0"));
    await expectUser(socket);
    await socket.closed;
  });

  test("HTTP/1.0 without a Host", async () => {
    const socket = await open();
    socket.write(`GET /api/v1/user HTTP/1.0\r\nConnection-Uid: ${session.uid}\r\n\r\n`);
    await expectUser(socket);
    await socket.closed;
  });

  test.each(["a b", "pc_1", "[::1]:11080", "x:99999", "%", "h\u00f6st"])(
    "Host: %s",
    async (name) => {
      const socket = await open();
      socket.write(
        `GET /api/v1/user HTTP/1.1\r\nHost: ${name}\r\nConnection-Uid: ${session.uid}\r\n\r\n`,
      );
      await expectUser(socket);
    },
  );

  test("a backslash in the path: error 1 that says so, and the connection goes on", async () => {
    const socket = await open();
    socket.write("GET /api/v1/us\\er HTTP/1.1\r\nHost: x\r\n\r\n");
    const response = await socket.response();
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body).error).toEqual({
      code: 1,
      details: "Backslash in request path",
      message: "Invalid data",
    });
    socket.write(getUser());
    await expectUser(socket);
  });

  test("pipelining of what takes its time: logins and pictures", async () => {
    const socket = await open();
    const picture = requestText("GET", "/api/v1/framebuffer?width=3", uid);
    const signIn = requestText("POST", loginPath(), {}, login);
    socket.write(picture + signIn + picture + signIn + getUser());
    expect((await socket.response()).headers.get("content-type")).toBe("image/png");
    expect((await socket.response()).body).toContain("connection-uid");
    expect((await socket.response()).headers.get("content-type")).toBe("image/png");
    expect((await socket.response()).body).toContain("connection-uid");
    await expectUser(socket);
  });

  test("a request that comes byte by byte", async () => {
    const socket = await open();
    await socket.writeByteByByte(getUser());
    await expectUser(socket);
    const body = '{"active":false}';
    await socket.writeByteByByte(
      requestText("PUT", `/api/v1/feature/${featureIds.screenLock}`, uid, body),
    );
    expect(await socket.response()).toMatchObject({ status: 200, body: "{}" });
  });
});

describe("everything else is 404 in plain text", () => {
  test.each([
    ["HEAD", "/api/v1/user"],
    ["HEAD", "/api/v1/framebuffer"],
    ["OPTIONS", "/api/v1/user"],
    ["OPTIONS", "/api/v1/authentication/x"],
    ["PATCH", "/api/v1/user"],
    ["POST", "/api/v1/user"],
    ["PUT", "/api/v1/feature"],
    ["DELETE", "/api/v1/feature/x"],
    ["PUT", "/api/v1/authentication/x"],
    ["POST", "/api/v1/authentication"],
    ["POST", "/api/v1/authentication/"],
    ["GET", "/api/v1/authentication"],
    ["GET", "/api/v1/authentication/"],
    ["GET", "/api/v1/authentication/x/y"],
    ["GET", "/api/v1/hoststate/"],
    ["GET", "/api/v1/user/"],
    ["GET", "/api/v1/User"],
    ["GET", "/API/v1/user"],
    ["GET", "/api/v1//user"],
    ["GET", "/api/v2/user"],
    ["GET", "/api/v1/debug/info"],
    ["GET", "/api/v1"],
    ["GET", "/favicon.ico"],
    ["GET", "/api/v1/user/../nothing"],
    ["GET", "/api/v1/x/../user"],
    ["GET", "/api/v1/./user"],
    ["GET", "/api/v1/user/."],
    ["GET", "/api/v1/x/%2e%2e/user"],
    ["GET", "/api/v1/x/.%2E/user?a=b"],
    ["GET", "/api/v1/%2e/user"],
    ["PUT", `/api/v1/x/../feature/${featureIds.screenLock}`],
    ["GET", `/${"x".repeat(2000)}`],
  ])("%s %s", async (method, path) => {
    const socket = await open();
    socket.write(requestText(method, path, uid));
    const response = await socket.response(method !== "HEAD");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("content-length")).toBe("43");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.body).toBe(method === "HEAD" ? "" : notFound);
    // The answer has ended where it said.
    socket.write(getUser());
    await expectUser(socket);
  });
});

test("dots that are no segment are part of a name, and the log has a path as it was sent", async () => {
  const socket = await open();
  socket.write(requestText("GET", "/api/v1/x/../user?a=/../b", uid));
  expect((await socket.response()).status).toBe(404);
  const line = server.lines.findLast((each) => each.includes(" event=request "));
  expect(line).toContain("path=/api/v1/x/../user status=404");
  for (const path of ["/api/v1/user?a=/../b", "/api/v1/feature/..x", "/api/v1/feature/%2e%2e%2e"]) {
    socket.write(requestText("GET", path, uid));
    expect((await socket.response()).status).toBe(200);
  }
});

describe("no cache keeps an answer for others", () => {
  test.each([
    ["GET", "user", 200, "no-store"],
    ["GET", "feature", 200, "no-store"],
    ["GET", "hoststate/127.0.0.1:1", 200, "no-store"],
    ["PUT", "feature/x", 400, "no-store"],
    ["GET", "framebuffer?format=x", 503, "no-store"],
    ["GET", "framebuffer?width=3", 200, "private, no-cache"],
  ])("%s %s", async (method, path, status, cacheControl) => {
    const answer = await server.api.request(method, path, { uid: session.uid });
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([status, cacheControl]);
    const withoutUid = await server.api.request(method, path);
    expect(withoutUid.headers.get("Cache-Control")).toBe("no-store");
  });

  test("a picture that the client has", async () => {
    const { headers } = await session.get("framebuffer?width=3");
    const answer = await server.api.get("framebuffer?width=3", {
      uid: session.uid,
      headers: { "If-None-Match": headers.get("ETag")! },
    });
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([
      304,
      "private, no-cache",
    ]);
  });
});
