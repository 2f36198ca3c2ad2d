/** What the log says of requests and hosts, and what it never says, at the level that says most. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { privateKey, start, stopAll } from "./support/fixture-host.ts";
import { guards } from "./support/guards.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { logins } from "./support/logins.ts";
import { closeAt, garbageAt, silentAt } from "./support/misbehaviours.ts";
import { closedPort } from "./support/ports.ts";

const secrets = {
  password: "S3cret-Pässw0rd",
  sharedPassword: "S3cret ✓ shared",
  demoToken: "demo-token-0123456789",
  userLoginPassword: "pupil's own secret",
  queryPassword: "query-secret",
  headerPassword: "header-secret",
  pathPassword: "path-secret",
  user: "a password in the field for the user",
  typedText: "what a teacher has typed",
  typedUrl: "http://private.example/",
  typedProgram: "/opt/private",
  clipboard: "what a teacher has copied",
  pupil: "Fixture Pupil",
  garbage: "garbage-secret",
};
const clipboardExchange = "8fa73e19-3d66-4d59-9783-c2a1bb07e20e";
const keyLines = privateKey.split("\n").filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line));

let server: ApiServer;
const uids: string[] = [];

beforeAll(async () => {
  server = await startServer({ connectionAuthenticationTimeoutMs: 2500 });
  await goThroughEverything();
});
afterAll(stopAll);

async function open(host: SimHost, body?: unknown): Promise<ApiSession> {
  const session = await server.api.logIn(host.port, body);
  uids.push(session.uid);
  return session;
}

async function goThroughEverything(): Promise<void> {
  const { api } = server;
  const accounts = { vyfixture: secrets.password };
  const bodies = logins.map(({ body }) => {
    const { sharedPassword, password } = secrets;
    const credentials = { ...body.credentials };
    if ("password" in credentials) {
      credentials.password = "username" in credentials ? password : sharedPassword;
    }
    return { ...body, credentials };
  });
  const everything = await start({
    version: "5.0",
    credentials: {
      ...logins[0].host,
      ...logins[1].host,
      accounts,
      ldapAccounts: accounts,
      sharedPassword: secrets.sharedPassword,
    },
  });
  await Promise.all(bodies.map((body) => open(everything, body)));

  const host = await start();
  const session = await open(host);
  const { demoToken, userLoginPassword } = secrets;
  await session.start(featureIds.demoServer, { demoAccessToken: demoToken });
  await session.start(featureIds.windowDemo, { demoAccessToken: demoToken });
  await session.start(featureIds.windowDemo, { demoAccessToken: [demoToken] });
  await session.start(featureIds.userLogin, { username: "x", password: userLoginPassword });
  await session.start(featureIds.userLogin, { username: 1, password: [userLoginPassword] });
  const { typedText, typedUrl, typedProgram, clipboard } = secrets;
  await session.start(featureIds.textMessage, { text: typedText, title: typedText });
  await session.start(featureIds.textMessage, { text: [typedText], icon: typedText });
  await session.start(featureIds.openWebsite, { websiteUrls: [typedUrl, { typedUrl }] });
  await session.start(featureIds.openWebsite, { websiteUrls: [typedUrl] });
  await session.start(featureIds.startApp, { applications: typedProgram });
  await session.stop(featureIds.startApp);
  await session.start(clipboardExchange, { clipboardText: clipboard });
  await session.put(featureIds.textMessage, typedText);
  await session.put(featureIds.textMessage, `{"active":true,"arguments":{"text":"${typedText}`);
  for (const path of [
    "user",
    "session",
    "feature",
    "framebuffer",
    "framebuffer?format=x",
    "nope",
    `nope/${session.uid}`,
    `feature/${session.uid}`,
    `feature/{${session.uid.toUpperCase()}}`,
  ]) {
    await session.get(`${path}${path.includes("?") ? "&" : "?"}password=${secrets.queryPassword}`);
  }
  await api.get("user", { headers: { Authorization: `Bearer ${secrets.headerPassword}` } });
  await api.get("user", { uid: `${session.uid}x` });
  await api.get("user", { uid: secrets.headerPassword });
  await api.request("DELETE", `authentication/${session.uid}`);
  for (const method of ["GET", "POST"]) {
    await api.request(method, `authentication/teacher:${secrets.pathPassword}@127.0.0.1:1`);
    await api.request(method, `authentication/teacher%3A${secrets.pathPassword}%40127.0.0.1:1`);
  }
  await api.get(`hoststate/${secrets.pathPassword}@127.0.0.1:1`);
  await api.get(`framebuffer%3Fpassword=${secrets.queryPassword}`);

  const wrong = { keyname: "other", keydata: privateKey };
  const broken = { keyname: "fixture", keydata: privateKey.replaceAll("\n", " ") };
  for (const credentials of [wrong, broken, { keyname: privateKey, keydata: privateKey }]) {
    await api.authenticate(host.port, { ...bodies[0], credentials });
  }
  await api.authenticate(host.port, { method: privateKey, credentials: wrong });
  await api.authenticate(host.port, JSON.stringify(bodies[0]).slice(0, -1));
  for (const { method } of logins.map(({ body }) => body)) {
    const wrong = { username: secrets.user, password: secrets.password };
    await api.authenticate(everything.port, { method, credentials: wrong });
    await api.authenticate(everything.port, { method, credentials: { username: [secrets.user] } });
    await api.authenticate(everything.port, { method, credentials: secrets.password });
  }
  await api.authenticate(await closedPort(), bodies[0]);
  for (const intercept of [
    silentAt("challenge"),
    closeAt("challenge"),
    garbageAt("methods", "00"),
  ]) {
    await api.authenticate((await start({ intercept })).port, bodies[0]);
  }

  const socket = await HttpSocket.connect(server.url);
  socket.write(requestText("GET", "/api/v1/user\tx", { "Connection-Uid": session.uid }));
  await socket.response().catch(() => {});
  for (const text of [
    secrets.garbage,
    `GET /${secrets.garbage} HTTP/9.9\r\n\r\n`,
    requestText("GET", `/\xff${secrets.garbage}`),
    requestText("GET", `/${secrets.garbage}\\`),
    requestText("GET", "/", { Cookie: secrets.garbage.repeat(10_000) }),
  ]) {
    const refused = await HttpSocket.connect(server.url);
    refused.write(`${text}\r\n\r\n`);
    await refused.response();
  }
  await host.vanish();
  await server.lineWith("host still lost");
  await session.get("user");
  await host.appear();
  await server.lineWith("host is back");
  await session.close();
  await session.close();
  await server.lineWith("host closed");
}

describe("no line holds", () => {
  test.each(Object.entries(secrets))("the %s", (_, secret) => {
    expect(server.lines.filter((line) => line.includes(secret))).toEqual([]);
    const encoded = encodeURIComponent(secret);
    expect(server.lines.filter((line) => line.includes(encoded))).toEqual([]);
  });

  test("a line of the private key", () => {
    expect(keyLines.length).toBeGreaterThan(40);
    const found = server.lines.filter((line) => keyLines.some((part) => line.includes(part)));
    expect(found).toEqual([]);
    expect(server.lines.filter((line) => line.includes("PRIVATE KEY"))).toEqual([]);
  });

  test("a Connection-Uid", () => {
    expect(uids).toHaveLength(5);
    const found = server.lines.filter((line) =>
      uids.some((uid) => line.toLowerCase().includes(uid)),
    );
    expect(found).toEqual([]);
  });

  test("a fault of ours", () => {
    expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  });
});

describe("a request's line", () => {
  const requests = () => server.lines.filter((line) => line.includes(" event=request "));

  test("has method, path, status, error, client, host, connection and number, and no query", () => {
    const form = new RegExp(
      String.raw`^time=\d{4}-\d\d-\d\dT[\d:.]+Z level=info event=request method=[A-Z]+ path=\S+ status=\d{3}` +
        String.raw`( error=\d+( details=("(\\.|[^"\\])+"|\S+))?)? ms=[\d.]+ client=127\.0\.0\.1` +
        String.raw`( host=127\.0\.0\.1:\d+)?( connection=\d+)? ${guards === null ? "" : "(caller=all )?"}request=[0-9a-f]{8}-\d+$`,
    );
    expect(requests().length).toBeGreaterThan(50);
    for (const line of requests()) expect(line).toMatch(form);
    expect(requests().filter((line) => line.includes("?"))).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["whose connection is unknown", "status=401", 'error=2 details="Connection-Uid is malformed'],
    [
      "whose connection is closed",
      "status=401",
      'error=2 details="the connection is closed by DELETE',
    ],
    ["without a body", "method=POST", 'error=1 details="the body is empty"'],
    ["with a wrong argument", "method=PUT", 'details="arguments of TextMessage: text is a list'],
    ["that a host refuses", "status=401", 'error=6 details="'],
    ["about a host that is not there", "status=408", 'error=8 details="'],
  ])("%s says what is wrong", (_, request, error) => {
    const has = (line: string) => line.includes(request) && line.includes(error);
    expect(requests().filter(has)).not.toEqual([]);
  });

  test("about a host names it, whether it is asked for or connected", () => {
    const of = (text: string) => requests().filter((line) => line.includes(text));
    for (const line of of("path=/api/v1/authentication/127.0.0.1:"))
      expect(line).toContain(" host=");
    for (const line of of(" connection=")) expect(line).toContain(" host=127.0.0.1:");
    for (const line of of("error=2 ")) expect(line).not.toContain(" host=");
  });

  test("comes once for each, with a number of its own", () => {
    const numbers = requests().map((line) => /request=(\S+)/.exec(line)![1]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test("tells failed from good, and one connection from another", () => {
    const linesWith = (text: string) => requests().filter((line) => line.includes(text));
    expect(linesWith("status=401").length).toBeGreaterThan(1);
    expect(linesWith("status=408").length).toBeGreaterThan(2);
    expect(linesWith("status=404 ")).toHaveLength(3);
    expect(linesWith("path=/api/v1/user status=200")[0]).toContain(" connection=5 ");
  });
});

describe("a line about a host", () => {
  test.each([
    ["host connected", "info", "method=AuthKeys"],
    ["host connected", "info", "method=AuthLDAP"],
    ["host lost", "warn", "reason="],
    ["host still lost", "debug", "reason="],
    ["host is back", "info", "host=127.0.0.1:"],
    ["host closed", "info", " reason=DELETE"],
    ["login refused", "warn", "method=AuthKeys client=127.0.0.1 error=6 reason="],
    ["login refused", "warn", "method=AuthLogon client=127.0.0.1 error=6 reason="],
    ["login refused", "warn", "method=AuthSimple client=127.0.0.1 error=4 reason="],
  ])("%s is of level %s and has %s", (event, level, text) => {
    const lines = server.lines.filter((line) => line.includes(`event="${event}"`));
    expect(lines.filter((line) => line.includes(text))).not.toEqual([]);
    for (const line of lines) {
      expect(line).toContain(` level=${level} `);
      expect(line).toContain("host=127.0.0.1:");
    }
  });
});

describe("the audit", () => {
  const lines = () => server.lines.filter((line) => line.includes(" level=audit "));

  test("names who has logged in, from where, to what host", () => {
    const found = lines().filter((line) => /event=login .*outcome=ok/.test(line));
    expect(found).toHaveLength(5);
    const who = found
      .map((line) => / (method=\w+(?: (?:user|key)=\S+)?) /.exec(line)?.[1] ?? "")
      .sort();
    expect(who).toEqual([
      "method=AuthKeys key=fixture",
      "method=AuthKeys key=fixture",
      "method=AuthLDAP user=vyfixture",
      "method=AuthLogon user=vyfixture",
      "method=AuthSimple",
    ]);
    for (const line of found) {
      expect(line).toMatch(/ host=127\.0\.0\.1:\d+ .* client=127\.0\.0\.1 .* request=\S+$/);
    }
  });

  test("has each login that has failed, with its error", () => {
    const found = lines().filter((line) => /event=login .*outcome=failed error=\d+ /.test(line));
    const requests = server.lines.filter((line) =>
      /event=request method=POST .* error=/.test(line),
    );
    expect(found).toHaveLength(requests.length);
    expect(found.length).toBeGreaterThan(15);
  });

  test("has each start and stop of a feature, by whom and whether it worked, and no argument", () => {
    const found = lines().filter((line) => line.includes('event="feature start"'));
    const parts = found.map((line) =>
      / (feature=\w+ key=fixture) client=127\.0\.0\.1 (outcome=.*) connection=5 /
        .exec(line)
        ?.slice(1)
        .join(" "),
    );
    expect(parts.slice(0, 3)).toEqual([
      "feature=DemoServer key=fixture outcome=ok",
      "feature=WindowDemo key=fixture outcome=ok",
      "feature=WindowDemo key=fixture outcome=failed error=1",
    ]);
    expect(parts).not.toContain(undefined);
    expect(lines().filter((line) => line.includes('event="feature stop"'))).toHaveLength(1);
  });

  test("has the number of the request, as its other lines do", () => {
    const id = /request=(\S+)$/.exec(lines()[0])![1];
    const events = server.lines
      .filter((line) => line.endsWith(` request=${id}`) || line.includes(` request=${id} `))
      .map((line) => /event=("[^"]*"|\S+)/.exec(line)![1]);
    expect(events.sort()).toEqual(['"host connected"', "login", "request"]);
  });
});

test("a path cannot forge a line", async () => {
  const forged = "%0Atime=2026-01-01T00:00:00.000Z%20level=info%20event=request";
  await server.api.get(`hoststate/${forged}`);
  expect(server.lines.filter((line) => line.includes("\n"))).toEqual([]);
  expect(server.lines.filter((line) => line.startsWith("time=2026-01-01"))).toEqual([]);
});
