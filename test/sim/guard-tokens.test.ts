/** WebAPI/AccessTokensFile, from outside, as somebody tries who should not. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { scopes } from "../../src/access/scopes.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { bearer, TokenFile } from "./support/access-tokens.ts";
import { type ApiAnswer, ApiClient, authKeysUuid, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { privateKey, publicKey, start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { until } from "./support/until.ts";

let host: SimHost;
let file: TokenFile;
let server: ApiServer;
let all: string;
let other: string;
let viewer: string;
let uid: string;

beforeAll(async () => {
  host = await start();
  file = new TokenFile();
  all = await file.create("all");
  other = await file.create("other");
  viewer = await file.create("viewer", { scopes: ["view"] });
  server = await startServer({ accessTokensFile: file.path, veyonServerPort: host.port });
  uid = await logIn(all);
});
afterAll(stopAll);

async function logIn(secret: string): Promise<string> {
  const session = await as(secret).logIn("127.0.0.1");
  return session.uid;
}

/** A client with this token. */
const as = (secret: string) => new ApiClient(server.url, bearer(secret));

const nobody = () => new ApiClient(server.url, {});

const lock = `feature/${featureIds.screenLock}`;

const routes: readonly (readonly [string, string])[] = [
  ["GET", "authentication/127.0.0.1"],
  ["POST", "authentication/127.0.0.1"],
  ["DELETE", "authentication/127.0.0.1"],
  ["GET", "framebuffer"],
  ["GET", "feature"],
  ["GET", lock],
  ["PUT", lock],
  ["GET", "user"],
  ["GET", "session"],
  ["GET", "hoststate/127.0.0.1"],
  ["POST", "ticket"],
  ["GET", "connection"],
  ["POST", "input/pointer"],
  ["POST", "input/key"],
  ["POST", "input/clipboard"],
  ["POST", "broadcast/start"],
  ["POST", "broadcast/stop"],
  ["GET", "live"],
  ["GET", "live/rfb"],
  ["GET", "events"],
  ["GET", "framebuffer/stream"],
  // What nobody serves is nobody's business either.
  ["GET", "unknown"],
  ["HEAD", "user"],
  ["OPTIONS", "user"],
  ["PATCH", "user"],
];

function ask(client: ApiClient, method: string, path: string): Promise<ApiAnswer> {
  const login = path.startsWith("authentication/") ? fixtureLogin : {};
  const body =
    method === "POST" ? { body: login } : method === "PUT" ? { body: { active: true } } : {};
  return client.request(method, path, { uid, ...body });
}

function expectUnauthorized(answer: ApiAnswer, details: string, challenge = ""): void {
  expect(answer.status).toBe(401);
  expect(answer.headers.get("WWW-Authenticate")).toBe(`Bearer realm="veyon-webapi"${challenge}`);
  if (answer.text === "") return;
  expectError(answer, "AuthenticationFailed", details);
}

describe("without a token", () => {
  test.each(routes)("%s %s: 401 / 6, and nothing is done", async (method, path) => {
    const clients = host.clients.length;
    expectUnauthorized(await ask(nobody(), method, path), "wanted an access token");
    expect(host.clients).toHaveLength(clients);
  });

  test.each([
    "/",
    "/docs",
    "/docs/start.js",
    "/api/v1/openapi.json",
    "/metrics",
    "/api/v1",
    "/api/v1/",
    "/api",
    "/API/V1/USER",
  ])("%s: 401", async (path) => {
    expect((await fetch(server.url + path)).status).toBe(401);
  });

  test.each(["/health", "/ready"])("%s is open", async (path) => {
    expect((await fetch(server.url + path)).status).not.toBe(401);
  });

  test.each([
    "/api/v1//user",
    "//api/v1/user",
    "/api/v1/./user",
    "/api/v1/x/../user",
    "//health",
    "/health/",
    "/HEALTH",
    "/health/../api/v1/user",
    "/health/..%2fapi/v1/user",
    "/health;/api/v1/user",
    "/health%2f..%2fapi%2fv1%2fuser",
    "/%68ealth/../api/v1/user",
    "/api/v1/us%65r",
    "/api%2fv1%2fuser",
    "http://x/api/v1/user",
    "/api/v1/user?/health",
    "/api/v1/user#/health",
  ])("nothing is to be had by the path %s", async (path) => {
    const socket = await HttpSocket.connect(server.url);
    socket.write(requestText("GET", path, { "Connection-Uid": uid }));
    const { status, body } = await socket.response();
    expect([400, 401, 404]).toContain(status);
    expect(body).not.toContain("vyfixture");
  });
});

describe("a token in another place, or another form", () => {
  const inHeader = (authorization: string) => ({ headers: { Authorization: authorization } });
  const places: readonly (readonly [string, string, () => Record<string, string>])[] = [
    ["the query", `user?access_token=${"*"}`, () => ({})],
    ["the query as a ticket", `user?ticket=${"*"}`, () => ({})],
    ["a cookie", "user", () => ({ Cookie: `access_token=${all}; Authorization=Bearer ${all}` })],
    [
      "another header",
      "user",
      () => ({ "X-Access-Token": all, "Proxy-Authorization": bearer(all).Authorization }),
    ],
    ["Connection-Uid", "user", () => ({ "Connection-Uid": all })],
  ];

  test.each(places)("%s: 401", async (_, path, headers) => {
    const answer = await nobody().request("GET", path.replace("*", all), {
      uid,
      headers: headers(),
    });
    expectUnauthorized(answer, "wanted an access token");
  });

  test("the body: 401", async () => {
    const body = { ...fixtureLogin, token: all, access_token: all };
    const answer = await nobody().request("POST", "authentication/127.0.0.1", { body });
    expectUnauthorized(answer, "wanted an access token");
  });

  test.each([
    ["another scheme", () => `Basic ${Buffer.from(`x:${all}`).toString("base64")}`],
    ["no scheme", () => all],
    ["a scheme without a token", () => "Bearer"],
    ["quotes", () => `Bearer "${all}"`],
    ["a parameter", () => `Bearer token=${all}, x`],
    ["two tokens", () => `Bearer ${all}, Bearer ${all}`],
    ["two tokens with a blank", () => `Bearer ${all} ${all}`],
  ])("%s: 401", async (_, authorization) => {
    const answer = await nobody().get("user", { uid, ...inHeader(authorization()) });
    expectUnauthorized(answer, "is malformed");
  });

  test.each([
    ["its hash", (secret: string) => new Bun.CryptoHasher("sha256").update(secret).digest("hex")],
    ["its beginning", (secret: string) => secret.slice(0, -1)],
    ["one character more", (secret: string) => `${secret}A`],
    ["other letters", (secret: string) => secret.toLowerCase()],
    ["padding", (secret: string) => `${secret}=`],
  ])("%s: 401", async (_, change) => {
    const answer = await nobody().get("user", { uid, ...inHeader(`Bearer ${change(all)}`) });
    expectUnauthorized(answer, "unknown or revoked", ', error="invalid_token"');
  });

  test.each(["Bearer", "bearer", "BEARER"])("the scheme %s is one", async (scheme) => {
    const answer = await nobody().get("user", { uid, ...inHeader(`${scheme}  ${all} `) });
    expect(answer.status).toBe(200);
  });

  test.each([
    ["a good and a bad one", () => [all, "x"]],
    ["a bad and a good one", () => ["x", all]],
    ["twice the same", () => [all, all]],
  ])("two headers, %s: 401", async (_, secrets) => {
    const [first, second] = secrets();
    const socket = await HttpSocket.connect(server.url);
    socket.write(
      `GET /api/v1/user HTTP/1.1\r\nHost: localhost\r\nConnection-Uid: ${uid}\r\n` +
        `Authorization: Bearer ${first}\r\nauthorization: Bearer ${second}\r\n\r\n`,
    );
    expect((await socket.response()).status).toBe(401);
  });

  test("a token of one request is none of the next on the same connection", async () => {
    const socket = await HttpSocket.connect(server.url);
    const own = { "Connection-Uid": uid };
    socket.write(requestText("GET", "/api/v1/user", { ...own, ...bearer(all) }));
    socket.write(requestText("GET", "/api/v1/user", own));
    expect((await socket.response()).status).toBe(200);
    expect((await socket.response()).status).toBe(401);
  });
});

describe("a connection of another token", () => {
  test.each(routes.filter(([, path]) => !/hoststate|unknown/.test(path)))(
    "%s %s: as if it were unknown",
    async (method, path) => {
      // These take no Connection-Uid.
      if (/^(GET|POST)$/.test(method) && path.startsWith("authentication")) return;
      if (/^(HEAD|OPTIONS|PATCH)$/.test(method)) return;
      const unknown = "4cb773c6-5e87-4e89-8c53-e9c5fb503aef";
      const answer = await ask(as(other), method, path);
      const expected = await as(other).request(method, path, { uid: unknown });
      expect([answer.status, answer.text]).toEqual([expected.status, expected.text]);
      expectError(answer, "InvalidConnection", "is unknown");
    },
  );

  test("is not told why it was closed", async () => {
    const own = await logIn(all);
    await as(all).request("DELETE", "authentication/any", { uid: own });
    expectError(await as(all).get("user", { uid: own }), "InvalidConnection", "by DELETE");
    expectError(await as(other).get("user", { uid: own }), "InvalidConnection", "is unknown");
  });
});

describe("scopes", () => {
  const power = [
    "powerOn",
    "reboot",
    "powerDown",
    "powerDownNow",
    "installUpdatesAndPowerDown",
    "powerDownConfirmed",
    "powerDownDelayed",
    "userLogin",
    "userLogoff",
  ] as const;

  function expectBeyond(answer: ApiAnswer, token: string, scope: string): void {
    expectError(answer, "NotAllowed", `the access token ${token} lacks the scope ${scope}`);
    expect(answer.headers.get("WWW-Authenticate")).toBe(
      'Bearer realm="veyon-webapi", error="insufficient_scope"',
    );
  }

  test("view: pictures and states, and nothing that happens to anybody", async () => {
    const own = await logIn(viewer);
    const get = (path: string) => as(viewer).get(path, { uid: own });
    await until("a picture", async () => (await get("framebuffer")).status === 200);
    for (const path of ["user", "session", "feature", lock, "hoststate/127.0.0.1"]) {
      expect((await get(path)).status).toBe(200);
    }
    const wanted: readonly string[] = [
      featureIds.screenLock,
      featureIds.startApp,
      featureIds.textMessage,
      ...power.map((name) => featureIds[name]),
    ];
    const commands = () => host.received.filter((one) => wanted.includes(one.feature)).length;
    const before = commands();
    for (const feature of [featureIds.screenLock, featureIds.startApp, featureIds.textMessage]) {
      for (const active of [true, false]) {
        const answer = await as(viewer).request("PUT", `feature/${feature}`, {
          uid: own,
          body: { active },
        });
        expectBeyond(answer, "viewer", "features");
      }
    }
    for (const feature of power) {
      const answer = await as(viewer).request("PUT", `feature/${featureIds[feature]}`, {
        uid: own,
        body: { active: true },
      });
      expectBeyond(answer, "viewer", "power");
    }
    // Behind them on the same connection.
    expect((await get("user")).status).toBe(200);
    expect(commands()).toBe(before);
  });

  test("features: locks and messages, and neither pictures nor power", async () => {
    const secret = await file.create("locker", { scopes: ["features"] });
    await server.lineWith("access tokens read", "added=locker");
    const own = await logIn(secret);
    const put = (feature: string) =>
      as(secret).request("PUT", feature, { uid: own, body: { active: true } });
    expect((await put(lock)).status).toBe(200);
    for (const feature of power) {
      expectBeyond(await put(`feature/${featureIds[feature]}`), "locker", "power");
      // The same feature in the spelling that the reference takes too.
      const braces = `feature/%7B${featureIds[feature].toUpperCase()}%7D`;
      expectBeyond(await put(braces), "locker", "power");
    }
    for (const path of ["framebuffer", "user", "session", "feature", lock]) {
      expectBeyond(await as(secret).get(path, { uid: own }), "locker", "view");
    }
    expectBeyond(await as(secret).get("hoststate/127.0.0.1"), "locker", "view");
  });

  test("power: that and nothing else", async () => {
    const secret = await file.create("switcher", { scopes: ["power"] });
    await server.lineWith("access tokens read", "added=switcher");
    const own = await logIn(secret);
    const put = (path: string) =>
      as(secret).request("PUT", path, { uid: own, body: { active: true } });
    expectBeyond(await put(lock), "switcher", "features");
    expect((await put(`feature/${featureIds.userLogoff}`)).status).toBe(200);
  });

  test("control: hands, and neither pictures nor features", async () => {
    const secret = await file.create("hands", { scopes: ["control"] });
    await server.lineWith("access tokens read", "added=hands");
    const own = await logIn(secret);
    const post = (client: ApiClient, path: string, uid: string) =>
      client.request("POST", path, { uid, body: { x: 1, y: 1 } });
    expect((await post(as(secret), "input/pointer", own)).status).toBe(200);
    for (const path of ["framebuffer", "framebuffer/stream", "events", "live", "live/rfb"]) {
      expectBeyond(await as(secret).get(path, { uid: own }), "hands", "view");
    }
    expectBeyond(await post(as(secret), "broadcast/start", own), "hands", "features");
    const others = await logIn(viewer);
    for (const path of ["input/pointer", "input/key", "input/clipboard"]) {
      expectBeyond(await post(as(viewer), path, others), "viewer", "control");
    }
  });

  test("a broadcast reaches no connection of another token", async () => {
    const foreign = await logIn(other);
    const body = { targetConnectionUids: [foreign], host: "127.0.0.1" };
    const answer = await as(all).request("POST", "broadcast/start", { uid, body });
    expect(answer.json).toMatchObject({
      active: false,
      targets: [{ state: "failed", host: null }],
    });
    expect(answer.text).toContain("targetConnectionUids.0 is unknown");
  });

  test("metrics: no way to any host", async () => {
    const secret = await file.create("prometheus", { scopes: ["metrics"] });
    await server.lineWith("access tokens read", "added=prometheus");
    const wanted = scopes.filter((scope) => scope !== "metrics").join(" or ");
    const clients = host.clients.length;
    for (const method of ["GET", "POST"]) {
      const answer = await ask(as(secret), method, "authentication/127.0.0.1");
      expectBeyond(answer, "prometheus", wanted);
    }
    expect(host.clients).toHaveLength(clients);
  });
});

describe("tickets", () => {
  async function ticketOf(secret: string, own: string, body: object = {}): Promise<string> {
    const answer = await as(secret).request("POST", "ticket", { uid: own, body });
    expect(answer.status).toBe(200);
    return (answer.json as { ticket: string }).ticket;
  }

  /** The status of what goes on until it is left. */
  async function open(path: string, headers: Record<string, string> = {}): Promise<number> {
    const leaving = new AbortController();
    const response = await fetch(`${server.url}/api/v1/${path}`, {
      headers,
      signal: leaving.signal,
    });
    leaving.abort();
    return response.status;
  }

  test.each(["events", "framebuffer/stream"])("open %s once, without the token", async (path) => {
    const ticket = await ticketOf(all, uid);
    expect(await open(`${path}?ticket=${ticket}`)).toBe(200);
    await server.lineWith("stream ended", "caller=all");
    expectError(await nobody().get(`${path}?ticket=${ticket}`), "InvalidConnection", "been used");
  });

  test("open nothing else", async () => {
    const ticket = await ticketOf(all, uid);
    for (const [method, path] of routes.filter(
      ([, path]) => !/^(events|live|input)|stream$/.test(path),
    )) {
      const answer = await nobody().request(method, `${path}?ticket=${ticket}`, { uid });
      expectUnauthorized(answer, "wanted an access token");
    }
    for (const path of ["events", "framebuffer/stream"]) {
      const answer = await nobody().request("POST", `${path}?ticket=${ticket}`, { uid });
      expectUnauthorized(answer, "wanted an access token");
    }
    for (const path of ["/metrics", "/"]) {
      expect((await fetch(`${server.url}${path}?ticket=${ticket}`)).status).toBe(401);
    }
    expect(await open(`events?ticket=${ticket}`)).toBe(200);
  });

  test("do not make a bad token good", async () => {
    const ticket = await ticketOf(all, uid);
    expect(await open(`events?ticket=${ticket}`, bearer("vwapi_x"))).toBe(401);
    expect(await open(`events?ticket=${ticket}`)).toBe(200);
  });

  test.each(["events", "framebuffer/stream"])("unknown ones open no %s", async (path) => {
    for (const query of ["ticket=", "ticket=x", `ticket=${all}`]) {
      const answer = await nobody().get(`${path}?${query}`, { uid });
      expectError(answer, "InvalidConnection", "the ticket is unknown");
    }
    const answer = await nobody().get(`${path}?Ticket=x`, { uid });
    expectUnauthorized(answer, "wanted an access token");
  });

  test("are for connections of the token alone", async () => {
    const foreign = await logIn(other);
    const answer = await as(all).request("POST", "ticket", { uid, body: { uids: [uid, foreign] } });
    expectError(answer, "InvalidConnection", "uids.1 is unknown");
  });

  test("for control are for tokens with that scope", async () => {
    const own = await logIn(viewer);
    const body = { scope: "control" };
    const answer = await as(viewer).request("POST", "ticket", { uid: own, body });
    expectError(answer, "NotAllowed", "the access token viewer lacks the scope control");
    await ticketOf(viewer, own);
  });

  test("for control take hands on a computer, without the token", async () => {
    const body = { x: 1, y: 1 };
    const pointer = (ticket: string) =>
      nobody().request("POST", `input/pointer?ticket=${ticket}`, { body });
    const viewing = await pointer(await ticketOf(all, uid));
    expectError(viewing, "NotAllowed", "the ticket is for viewing");
    expect((await pointer(await ticketOf(all, uid, { scope: "control" }))).status).toBe(200);
    await server.lineWith("control began", "caller=all");
  });

  test("and streams end with the token", async () => {
    const secret = await file.create("streamer");
    await server.lineWith("access tokens read", "added=streamer");
    const own = await logIn(secret);
    const ticket = await ticketOf(secret, own);
    const response = await fetch(`${server.url}/api/v1/events`, {
      headers: { ...bearer(secret), "Connection-Uid": own },
    });
    await file.revoke("streamer");
    expect(await response.text()).toContain("its access token was revoked");
    const late = await nobody().get(`events?ticket=${ticket}`);
    expectError(late, "InvalidConnection", "its access token was revoked");
  });
});

describe("figures of the server", () => {
  test("are for tokens with the scope metrics", async () => {
    const get = (secret: string) => fetch(`${server.url}/metrics`, { headers: bearer(secret) });
    expect((await get(all)).status).toBe(200);
    const refused = await get(viewer);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("lacks the scope metrics");
  });
});

describe("hosts of a token", () => {
  test("are called, and no others, whoever may call them", async () => {
    const secret = await file.create("room1", { hosts: "room1-*, 127.0.0.2" });
    await server.lineWith("access tokens read", "added=room1");
    // The host has been asked for somebody else: his answer is not for this one.
    expect((await as(all).get("authentication/127.0.0.1")).status).toBe(200);
    const clients = host.clients.length;
    for (const name of ["127.0.0.1", "localhost", "127.1", "::ffff:127.0.0.1", "2130706433"]) {
      for (const [method, group] of [
        ["GET", "authentication"],
        ["POST", "authentication"],
        ["GET", "hoststate"],
      ]) {
        const answer = await ask(as(secret), method, `${group}/${name}`);
        expectError(answer, "NotAllowed", "is none of the hosts of the access token room1");
      }
    }
    expect(host.clients).toHaveLength(clients);
  });

  test("of one token and the answers about them are not shared with another", async () => {
    const secret = await file.create("here", { hosts: "127.0.0.1" });
    await server.lineWith("access tokens read", "added=here");
    await as(all).get("authentication/127.0.0.1");
    const waiting = host.clients.length;
    // A connection of its own, though one waits for a login.
    await as(secret).get("authentication/127.0.0.1");
    expect(host.clients).toHaveLength(waiting + 1);
  });
});

describe("a token that is revoked", () => {
  test("ends its connections, and no others; the log says why", async () => {
    const secret = await file.create("leaver");
    await server.lineWith("access tokens read", "added=leaver");
    const [own, others] = [await logIn(secret), await logIn(other)];
    const clients = host.clients.length;
    await file.revoke("leaver");
    expect(await server.lineWith("access tokens read", "revoked=leaver")).toContain("level=info");
    await server.lineWith("host closed", "reason=revoked");
    expectUnauthorized(
      await as(secret).get("user", { uid: own }),
      "unknown or revoked",
      ', error="invalid_token"',
    );
    expect((await as(other).get("user", { uid: others })).status).toBe(200);
    await until("the host to be left", async () => host.clients.length === clients - 1);
  });

  test("while it logs in gets nothing, and no connection is left", async () => {
    const secret = await file.create("hasty");
    await server.lineWith("access tokens read", "added=hasty");
    const clients = host.clients.length;
    let goOn = () => {};
    const arrived = new Promise<void>((resolve) => {
      host.intercept = async (step, bytes) => {
        if (step !== "serverInit") return bytes;
        resolve();
        await new Promise<void>((release) => (goOn = release));
        return bytes;
      };
    });
    const login = as(secret).authenticate("127.0.0.1");
    await arrived;
    host.intercept = (_, bytes) => bytes;
    await file.revoke("hasty");
    await server.lineWith("access tokens read", "revoked=hasty");
    goOn();
    expectUnauthorized(await login, "changed or revoked meanwhile", ', error="invalid_token"');
    await until("the host to be left", async () => host.clients.length === clients);
  });
});

describe("a key of the server", () => {
  let keeper: string;
  let keys: ApiServer;
  let folder: string;

  beforeAll(async () => {
    const tokens = new TokenFile();
    folder = join(tokens.folder, "keys");
    write("fixture", privateKey);
    write("wrong", publicKey);
    keeper = await tokens.create("keeper", { key: "fixture" });
    const [plain, wrong, missing] = [
      await tokens.create("plain"),
      await tokens.create("wrong", { key: "wrong" }),
      await tokens.create("missing", { key: "missing" }),
    ];
    secrets = { plain, wrong, missing };
    keys = await startServer({
      accessTokensFile: tokens.path,
      privateKeyBaseDir: folder,
      veyonServerPort: host.port,
    });
  });

  let secrets: Record<"plain" | "wrong" | "missing", string>;

  function write(name: string, text: string): void {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "key"), text, { mode: 0o440 });
  }

  function authenticate(secret: string, credentials: unknown): Promise<ApiAnswer> {
    const client = new ApiClient(keys.url, bearer(secret));
    return client.authenticate("127.0.0.1", { method: authKeysUuid, credentials });
  }

  test("logs in whoever has a token for it, by its name alone", async () => {
    const answer = await authenticate(keeper, { keyname: "fixture" });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("PRIVATE");
  });

  test("is read anew for each login", async () => {
    write("later", "");
    expect((await authenticate(keeper, { keyname: "fixture" })).status).toBe(200);
  });

  test("leaves keys that are sent as they were", async () => {
    const own = { keyname: "fixture", keydata: privateKey };
    expect((await authenticate(keeper, own)).status).toBe(200);
    expect((await authenticate(secrets.plain, own)).status).toBe(200);
    for (const keydata of ["", null, 7, publicKey]) {
      const answer = await authenticate(keeper, { keyname: "fixture", keydata });
      expectError(answer, "InvalidCredentials", "keydata");
    }
  });

  test.each(["wrong", "../private/fixture", "..", "fixture/../wrong", "FIXTURE", "fixture\0"])(
    "is no other key: %j",
    async (keyname) => {
      const answer = await authenticate(keeper, { keyname });
      expectError(answer, "NotAllowed", "is good for the key fixture alone");
    },
  );

  test("is none for a token without one", async () => {
    const answer = await authenticate(secrets.plain, { keyname: "fixture" });
    expectError(answer, "InvalidCredentials", "keydata is missing");
  });

  test("that is missing or none is told without its place; the log has that", async () => {
    const missing = await authenticate(secrets.missing, { keyname: "missing" });
    expectError(missing, "InvalidCredentials", "this server does not have its key missing");
    const wrong = await authenticate(secrets.wrong, { keyname: "wrong" });
    expectError(wrong, "InvalidCredentials", "is no unencrypted RSA private key");
    for (const { text } of [missing, wrong]) expect(text).not.toContain(folder);
    await keys.lineWith("private key not read", `file=${join(folder, "missing", "key")}`);
  });

  test("is in no line of the log", () => {
    expect(keys.lines.filter((line) => /PRIVATE KEY|MII/.test(line))).toEqual([]);
  });
});

test("no line of the log has a token, all have the name of theirs", () => {
  const lines = [...server.lines];
  for (const secret of [all, other, viewer]) {
    expect(lines.filter((line) => line.includes(secret.slice(0, -3)))).toEqual([]);
  }
  const requests = lines.filter((line) => line.includes("event=request "));
  const named = requests.filter((line) => line.includes(" caller=all "));
  expect(named.length).toBeGreaterThan(0);
  for (const line of requests) {
    if (line.includes(" status=200 ") && !/path=\/(health|ready) /.test(line))
      expect(line).toMatch(/ caller=[\w-]+ request=\S+$/);
  }
});
