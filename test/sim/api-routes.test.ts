/** Every route of the documentation: what it answers, and what it asks for first. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { features } from "../../src/hosts/features/table.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { authKeysUuid, fixtureLogin, type ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { type DocumentedError, expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { closedPort } from "./support/ports.ts";
import { until } from "./support/until.ts";

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeAll(async () => {
  host = await start();
  server = await startServer({ veyonServerPort: host.port });
  session = await server.api.logIn(host.port);
  await until("a picture", async () => (await session.get("framebuffer")).status === 200);
});
afterAll(stopAll);

describe("answers", () => {
  const json = "application/json";
  test.each([
    ["user", json, '{"fullName":"Fixture Pupil","login":"vyfixture","session":0}'],
    [
      "session",
      json,
      '{"sessionClientAddress":"","sessionClientName":"","sessionHostName":"vm","sessionId":0,"sessionUptime":-1}',
    ],
    [`feature/${featureIds.screenLock}`, json, '{"active":false}'],
    [`feature/${featureIds.systemTrayIcon}`, json, '{"active":true}'],
    [`feature/{${featureIds.systemTrayIcon.toUpperCase()}}`, json, '{"active":true}'],
    ["feature/11111111-1111-1111-1111-111111111111", json, '{"active":false}'],
    ["feature/garbage", json, '{"active":false}'],
    ["hoststate/127.0.0.1", json, '{"state":"online"}'],
    ["framebuffer", "image/png", null],
    ["framebuffer?format=png", "image/png", null],
    ["framebuffer?format=jpeg", "image/jpeg", null],
    ["framebuffer?format=jpg", "image/jpeg", null],
  ])("GET %s", async (path, contentType, text) => {
    const answer = await session.get(path);
    expect(answer).toMatchObject({ status: 200, contentType });
    if (text !== null) expect(answer.text).toBe(text);
  });

  test("GET authentication/<host>", async () => {
    const answer = await server.api.get(`authentication/127.0.0.1:${host.port}`);
    expect(answer).toMatchObject({ status: 200, contentType: json });
    expect(answer.text).toBe(`{"methods":["${authKeysUuid}"]}`);
  });

  test("POST authentication/<host>", async () => {
    const before = Math.floor(Date.now() / 1000);
    const answer = await server.api.authenticate(host.port);
    const after = Math.floor(Date.now() / 1000);
    expect(answer).toMatchObject({ status: 200, contentType: json });
    expect(answer.text).toMatch(/^\{"connection-uid":"[0-9a-f-]{36}","validUntil":\d+\}$/);
    const { validUntil } = answer.json as { validUntil: number };
    expect(validUntil).toBeGreaterThanOrEqual(before + 3 * 3600);
    expect(validUntil).toBeLessThanOrEqual(after + 3 * 3600);
  });

  test("PUT feature/<uid>", async () => {
    const answer = await session.start(featureIds.screenLock);
    expect(answer).toMatchObject({ status: 200, contentType: json, text: "{}" });
  });

  test("GET feature lists each feature once, parents first", async () => {
    const answer = await session.get("feature");
    expect(answer).toMatchObject({ status: 200, contentType: json });
    const list = answer.json as { name: string; uid: string; parentUid: string; active: boolean }[];
    expect(Object.keys(list[0])).toEqual(["active", "name", "parentUid", "uid"]);
    expect(list.map(({ uid }) => uid)).toEqual(features.map(({ uid }) => uid));
    expect(list.filter(({ active }) => active).map(({ name }) => name)).toContain("SystemTrayIcon");
    const listed = new Set(["00000000-0000-0000-0000-000000000000"]);
    for (const { uid, parentUid } of list) {
      expect(listed.has(parentUid)).toBeTrue();
      expect(listed.has(uid)).toBeFalse();
      listed.add(uid);
    }
  });
});

describe("without a valid Connection-Uid", () => {
  const routes = [
    ["GET", "framebuffer"],
    ["GET", "feature"],
    ["GET", `feature/${featureIds.screenLock}`],
    ["PUT", `feature/${featureIds.screenLock}`],
    ["GET", "user"],
    ["GET", "session"],
    ["DELETE", "authentication/any"],
    ["DELETE", "authentication"],
  ] as const;
  const malformed = "Connection-Uid is malformed";
  const uids: [string, (uid: string) => string | undefined, string][] = [
    ["no header", () => undefined, "the header Connection-Uid is missing"],
    ["an empty one", () => "", malformed],
    ["an unknown one", () => "4cb773c6-5e87-4e89-8c53-e9c5fb503aef", "Connection-Uid is unknown"],
    ["one without dashes", (uid) => uid.replaceAll("-", ""), malformed],
    ["one half in braces", (uid) => `{${uid}`, malformed],
    ["one with a tail", (uid) => `${uid}0`, malformed],
    ["the same twice", (uid) => `${uid}, ${uid}`, malformed],
    ["garbage", () => "x".repeat(1000), malformed],
  ];
  for (const [method, path] of routes) {
    test.each(uids)(`${method} ${path}: %s`, async (_, spell, details) => {
      const uid = spell(session.uid);
      const answer = await server.api.request(method, path, uid === undefined ? {} : { uid });
      expectError(answer, "InvalidConnection", details);
    });
  }

  test("a query parameter is no substitute", async () => {
    const answer = await server.api.get(`user?Connection-Uid=${session.uid}`);
    expectError(answer, "InvalidConnection", "missing");
  });

  test.each([
    ["in braces", (uid: string) => `{${uid}}`],
    ["in upper case", (uid: string) => uid.toUpperCase()],
    ["in braces and upper case", (uid: string) => `{${uid.toUpperCase()}}`],
    ["with blanks around", (uid: string) => `  ${uid} `],
  ])("the uid %s is fine", async (_, spell) => {
    expect((await server.api.get("user", { uid: spell(session.uid) })).status).toBe(200);
  });

  test.each(["connection-uid", "CONNECTION-UID", "cOnNeCtIoN-uId"])(
    "the header as %s is fine",
    async (name) => {
      const answer = await server.api.get("user", { headers: { [name]: session.uid } });
      expect(answer.status).toBe(200);
    },
  );
});

describe("order of checks", () => {
  const badMethod = { method: "xyz" };
  const unknownMethod = { method: "11111111-1111-1111-1111-111111111111" };
  const noCredentials = { method: authKeysUuid };
  const wrongKey = { ...fixtureLogin, credentials: { ...fixtureLogin.credentials, keyname: "x" } };

  test.each<[string, unknown, "host" | "nobody" | "no method", DocumentedError]>([
    ["the method's form before the host", badMethod, "nobody", "InvalidData"],
    ["a missing method before the host", {}, "nobody", "InvalidData"],
    ["the host before the method", unknownMethod, "nobody", "ConnectionTimedOut"],
    ["the host before the credentials", noCredentials, "nobody", "ConnectionTimedOut"],
    ["wrong credentials for nobody", wrongKey, "nobody", "ConnectionTimedOut"],
    ["no method at all before the method", unknownMethod, "no method", "ProtocolMismatch"],
    [
      "the method's offer before the credentials",
      unknownMethod,
      "host",
      "AuthenticationMethodNotAvailable",
    ],
    ["the credentials' form before the login", noCredentials, "host", "InvalidCredentials"],
    ["the login", wrongKey, "host", "AuthenticationFailed"],
  ])("POST: %s", async (_, body, whom, error) => {
    const mute = await start({ credentials: {} });
    const port = { host: host.port, nobody: await closedPort(), "no method": mute.port }[whom];
    expectError(await server.api.authenticate(port, body), error);
  });

  test("POST: the limit before everything", async () => {
    const { api } = await startServer({ connectionLimit: 1 });
    await api.logIn(host.port);
    expectError(await api.authenticate(await closedPort(), badMethod), "ConnectionLimitReached");
  });

  const unknown = "11111111-1111-1111-1111-111111111111";
  test.each<[string, string, unknown, DocumentedError]>([
    ["the feature before the body", unknown, {}, "InvalidFeature"],
    ["a feature that is no UUID", "garbage", { active: true }, "InvalidFeature"],
    ["a missing active", featureIds.screenLock, {}, "InvalidData"],
    ["active before the arguments", featureIds.textMessage, { arguments: 1 }, "InvalidData"],
    ["the arguments", featureIds.textMessage, { active: true, arguments: {} }, "InvalidData"],
  ])("PUT: %s", async (_, feature, body, error) => {
    expectError(await session.put(feature, body), error);
  });

  test("PUT: the connection before the feature", async () => {
    const answer = await server.api.request("PUT", "feature/garbage", { body: {} });
    expectError(answer, "InvalidConnection");
  });

  test("GET framebuffer: a picture that cannot be made is error 11", async () => {
    const answer = await session.get("framebuffer?width=16385&height=1");
    expect(answer).toMatchObject({ status: 500, contentType: "application/json" });
    expect(answer.json).toMatchObject({
      error: { code: 11, message: "Framebuffer encoding error" },
    });
  });
});
