/** What pages in browsers may do, told by the headers that browsers add and no page can forge. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { OriginList } from "../../src/access/origin-list.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiSession, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, type RawResponse, requestText } from "./support/http-socket.ts";

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

const named = "https://portal.example";
const foreign = "https://evil.example";

beforeAll(async () => {
  host = await start();
  server = await startServer({ allowedOrigins: new OriginList(`${named} http://10.0.0.7:8080`) });
  session = await server.api.logIn(host.port);
});
afterAll(stopAll);

type Headers = Readonly<Record<string, string>>;

async function ask(
  headers: Headers,
  method = "GET",
  path = "/api/v1/nope",
  { url } = server,
): Promise<RawResponse> {
  const socket = await HttpSocket.connect(url);
  socket.write(requestText(method, path, { Host: new URL(url).host, ...headers }));
  return socket.response();
}

function expectRefused({ status, body }: RawResponse, setting: string): void {
  expect(status).toBe(403);
  const details = expect.stringContaining(setting);
  expect(JSON.parse(body)).toEqual({
    error: { code: 6, details, message: "Authentication failed" },
  });
}

describe("a foreign page with a ticket", () => {
  const headers = { Origin: foreign, "Sec-Fetch-Site": "cross-site" };

  test.each(["framebuffer/stream", "events"])("gets %s, if it is a good one", async (path) => {
    const { status } = await ask(headers, "GET", `/api/v1/${path}?ticket=unknown`);
    expect(status).toBe(401);
  });

  test.each([
    ["GET", "user?ticket=x"],
    ["GET", "authentication/127.0.0.1?ticket=x"],
    ["GET", "events?tickets=x"],
    ["POST", "events?ticket=x"],
  ])("gets nothing else: %s %s", async (method, path) => {
    expectRefused(await ask(headers, method, `/api/v1/${path}`), "WebAPI/AllowedOrigins");
  });
});

describe("a page's request", () => {
  const own = () => server.url;

  test.each<[string, () => Headers]>([
    ["of a program", () => ({})],
    ["of our own page", () => ({ Origin: own() })],
    ["behind a proxy that speaks TLS", () => ({ Origin: own().replace("http", "https") })],
    [
      "of our own page, whose name is written otherwise",
      () => ({ Origin: "http://LOCALHOST", Host: "localhost:80" }),
    ],
    [
      "behind a proxy that has changed our name",
      () => ({ Origin: foreign, "Sec-Fetch-Site": "same-origin" }),
    ],
    ["that somebody has typed", () => ({ "Sec-Fetch-Site": "none" })],
    ["of a named origin", () => ({ Origin: named, "Sec-Fetch-Site": "cross-site" })],
    ["of a named origin with a port", () => ({ Origin: "http://10.0.0.7:8080" })],
    [
      "for an image on a named page",
      () => ({ "Sec-Fetch-Site": "cross-site", Referer: `${named}/x?y` }),
    ],
    ["without Origin, of a neighbour", () => ({ "Sec-Fetch-Site": "same-site" })],
  ])("%s is answered", async (_, headers) => {
    expect((await ask(headers())).status).toBe(404);
  });

  test.each<[string, () => Headers]>([
    ["of a foreign origin", () => ({ Origin: foreign })],
    ["of another port of this computer", () => ({ Origin: "http://127.0.0.1:1" })],
    ["of a sandbox, or a file", () => ({ Origin: "null" })],
    ["of what is no origin", () => ({ Origin: "x" })],
    ["of an empty origin", () => ({ Origin: "" })],
    ["of two origins", () => ({ Origin: `${named}, ${foreign}` })],
    ["of a longer name", () => ({ Origin: `${named}.evil.example` })],
    ["of a neighbour", () => ({ Origin: foreign, "Sec-Fetch-Site": "same-site" })],
    ["without Origin, of another site", () => ({ "Sec-Fetch-Site": "cross-site" })],
    [
      "for an image on a foreign page",
      () => ({ "Sec-Fetch-Site": "cross-site", Referer: foreign }),
    ],
    [
      "that a link leads to",
      () => ({
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
      }),
    ],
  ])("%s is refused", async (_, headers) => {
    expectRefused(await ask(headers()), "WebAPI/AllowedOrigins");
    expectRefused(await ask(headers(), "OPTIONS"), "WebAPI/AllowedOrigins");
  });

  test("a link leads to pages", async () => {
    const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
    expect((await ask({ ...link, "Sec-Fetch-Dest": "document" }, "GET", "/docs")).status).toBe(200);
    expectRefused(await ask({ ...link, "Sec-Fetch-Dest": "iframe" }, "GET", "/docs"), "Origins");
    expectRefused(await ask({ ...link, "Sec-Fetch-Dest": "document" }, "POST", "/docs"), "Origins");
  });

  test("is refused before anything is done for it", async () => {
    const path = `/api/v1/authentication/127.0.0.1:${host.port}`;
    const body = JSON.stringify(fixtureLogin);
    const before = host.clients.length;
    for (const method of ["GET", "POST"]) {
      const socket = await HttpSocket.connect(server.url);
      socket.write(requestText(method, path, { Origin: foreign }, body));
      expectRefused(await socket.response(), foreign);
    }
    expect(host.clients).toHaveLength(before);
  });

  test("has its own line in the log, as any other", async () => {
    await ask({ Origin: foreign });
    const line = server.lines.findLast((each) => each.includes(" event=request "));
    expect(line).toContain(
      ' status=403 error=6 details="pages of \\"https://evil.example\\" may not',
    );
  });
});

describe("a named origin", () => {
  const read = "access-control-allow-origin";

  test("may read the answers, errors too", async () => {
    const uid = { "Connection-Uid": session.uid, Origin: named };
    for (const [headers, path, status] of [
      [uid, "/api/v1/user", 200],
      [uid, "/api/v1/framebuffer?format=x", 503],
      [{ Origin: named }, "/api/v1/user", 401],
      [{ Origin: named }, "/api/v1/nope", 404],
    ] as const) {
      const answer = await ask(headers, "GET", path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get(read)).toBe(named);
      expect(answer.headers.get("access-control-expose-headers")).toBe(
        "ETag, X-Request-Id, Retry-After",
      );
      expect(answer.headers.get("vary")).toBe("Origin");
      expect(answer.headers.has("access-control-allow-credentials")).toBeFalse();
    }
  });

  test("is told beforehand what it may send", async () => {
    const asked = { Origin: named, "Access-Control-Request-Method": "PUT" };
    const answer = await ask(asked, "OPTIONS", "/api/v1/feature/x");
    expect(answer.status).toBe(204);
    expect(answer.headers.get(read)).toBe(named);
    expect(answer.headers.get("access-control-allow-methods")).toBe("GET, POST, PUT, DELETE");
    const allowed = answer.headers.get("access-control-allow-headers");
    expect(allowed).toBe("Connection-Uid, Content-Type, Authorization, If-None-Match");
  });

  test("others are told nothing, but that it depends on who asks", async () => {
    const { status, headers } = await ask({}, "OPTIONS");
    expect([status, headers.get(read), headers.get("vary")]).toEqual([404, undefined!, "Origin"]);
    const preflight = { "Access-Control-Request-Method": "PUT" };
    expect((await ask(preflight, "OPTIONS")).status).toBe(404);
    expect((await ask({ ...preflight, Origin: server.url }, "OPTIONS")).status).toBe(404);
  });
});

test("without the setting no answer speaks of origins", async () => {
  const plain = await startServer();
  const { status, headers } = await ask({ Origin: plain.url }, "GET", "/api/v1/nope", plain);
  expect(status).toBe(404);
  expect([...headers.keys()].filter((name) => /vary|access-control/.test(name))).toEqual([]);
});

describe("the name of the server", () => {
  const servers: ApiServer[] = [];
  afterEach(async () => {
    for (const each of servers.splice(0)) await each.stop();
  });
  async function begin(settings: Parameters<typeof startServer>[0]): Promise<ApiServer> {
    const begun = await startServer(settings);
    servers.push(begun);
    return begun;
  }
  const call = async (of: ApiServer, Host: string) =>
    ask({ Host }, "GET", "/api/v1/nope", {
      url: of.url.replace("[::1]", "127.0.0.1"),
    } as ApiServer);

  const ownNames = [
    "localhost",
    "LocalHost.",
    "a.localhost:80",
    "127.0.0.1:1",
    "10.0.0.7",
    "[::1]:8",
    "[fd00::1]",
    hostname(),
  ];
  const otherNames = [
    "evil.example",
    "evil.example:11080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[::1].evil.example",
    "a b",
    "",
    "%",
    "[x]",
  ];

  test("is one of this computer where the server is bound to loopback", async () => {
    for (const bindAddress of ["127.0.0.1", "localhost"]) {
      const bound = await begin({ bindAddress });
      for (const name of ownNames)
        expect([name, (await call(bound, name)).status]).toEqual([name, 404]);
      for (const name of otherNames)
        expectRefused(await call(bound, name), "WebAPI/AllowedHostNames");
    }
  });

  test("is any where it is not", async () => {
    const bound = await begin({ bindAddress: "0.0.0.0" });
    for (const name of [...ownNames, ...otherNames]) {
      expect([name, (await call(bound, name)).status]).toEqual([name, 404]);
    }
  });

  test("is as the setting says", async () => {
    const listed = await begin({ bindAddress: "0.0.0.0", allowedHostNames: ["Api.example"] });
    for (const name of [...ownNames, "api.example", "API.example.:443"]) {
      expect([name, (await call(listed, name)).status]).toEqual([name, 404]);
    }
    for (const name of otherNames) expectRefused(await call(listed, name), "AllowedHostNames");
    const any = await begin({ allowedHostNames: "any" });
    for (const name of otherNames) expect((await call(any, name)).status).toBe(404);
  });

  test("does not matter to a client of HTTP/1.0 that sends none", async () => {
    const socket = await HttpSocket.connect(server.url);
    socket.write("GET /api/v1/nope HTTP/1.0\r\n\r\n");
    expect((await socket.response()).status).toBe(404);
  });
});
