/** Signing in with every method at every generation of hosts. */
import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimCredentials } from "../../src/sim/sim-options.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { privateKey, publicKey, start, stopAll } from "./support/fixture-host.ts";
import { type Login, logins, loginWith, methodUuids } from "./support/logins.ts";

afterAll(stopAll);

const cases = [
  ["4.5.0", "AuthKeys"],
  ["4.6.8", "AuthLogon"],
  ["4.7.5", "AuthKeys"],
  ["4.7.5", "AuthLogon"],
  ["4.10.4", "AuthKeys"],
  ["4.11.1", "AuthKeys"],
  ["4.11.1", "AuthLogon"],
  ["5.0", "AuthKeys"],
  ["5.0", "AuthLogon"],
  ["5.0", "AuthLDAP"],
  ["5.0", "AuthSimple"],
] as const satisfies [string, Login["name"]][];

// A Veyon 5 host is recognised by its silence, for a second: so all go at once.
describe.each(cases)("Veyon %s, %s", (version, name) => {
  const { host: credentials, body, wrong } = loginWith[name];
  const user = { login: "vyfixture", fullName: "Fixture Pupil" };
  let port: number;
  let server: ApiServer;

  beforeAll(async () => {
    ({ port } = await start({ version, credentials, session: { id: 0 } }));
    server = await startServer();
  });

  test.concurrent("is offered, lets in and shows who is there", async () => {
    const offer = await server.api.get(`authentication/127.0.0.1:${port}`);
    expect(offer.json).toEqual({ methods: [body.method] });
    const session = await server.api.logIn(port, body);
    expect((await session.get("user")).json).toEqual({
      fullName: user.fullName,
      login: user.login,
      session: 0,
    });
  });

  test.concurrent("wrong credentials are error 6, and the next login is fine", async () => {
    const answer = await server.api.authenticate(port, { ...body, credentials: wrong });
    expectError(answer, "AuthenticationFailed", "closed the connection on these credentials");
    await server.api.logIn(port, body);
  });

  test.concurrent("methods that it does not offer are error 5", async () => {
    const others = logins.filter((one) => one.name !== name);
    const answers = others.map((other) => server.api.authenticate(port, other.body));
    for (const answer of await Promise.all(answers)) {
      expectError(answer, "AuthenticationMethodNotAvailable", name);
    }
  });

  test.concurrent("missing and empty credentials are error 4", async () => {
    const { method } = body;
    const names = Object.keys(body.credentials);
    const faulty = [
      { method },
      { method, credentials: null },
      { method, credentials: "x" },
      { method, credentials: {} },
      ...names.map((key) => ({ method, credentials: { ...body.credentials, [key]: "" } })),
      ...names.map((key) => ({ method, credentials: { ...body.credentials, [key]: undefined } })),
      ...names.map((key) => ({ method, credentials: { ...body.credentials, [key]: ["x"] } })),
    ];
    const answers = faulty.map((one) => server.api.authenticate(port, one));
    for (const answer of await Promise.all(answers)) expectError(answer, "InvalidCredentials");
  });
});

describe("key data", () => {
  const key = createPrivateKey(privateKey);
  const pkcs1 = String(key.export({ type: "pkcs1", format: "pem" }));
  const pkcs8 = String(key.export({ type: "pkcs8", format: "pem" }));
  const encrypted = { cipher: "aes-256-cbc", passphrase: "x" } as const;
  let port: number;
  let server: ApiServer;

  beforeAll(async () => {
    ({ port } = await start());
    server = await startServer();
  });

  const withKey = (keydata: string) => ({
    ...fixtureLogin,
    credentials: { keyname: "fixture", keydata },
  });

  test.each([
    ["PKCS#8", pkcs8],
    ["PKCS#1", pkcs1],
    ["PKCS#8 with CRLF", pkcs8.replaceAll("\n", "\r\n")],
    ["PKCS#1 with CRLF", pkcs1.replaceAll("\n", "\r\n")],
    ["without the final line break", pkcs8.trimEnd()],
    ["with blank lines around", `\n\n${pkcs8}\n\n`],
    ["with blank lines between", pkcs8.replaceAll("\n", "\n\n")],
  ])("%s is fine", async (_, keydata) => {
    await server.api.logIn(port, withKey(keydata));
  });

  test.each([
    ["without line breaks", pkcs8.replaceAll("\n", "")],
    ["a public key", publicKey],
    ["no PEM", "x"],
    ["cut in the middle", pkcs8.slice(0, 1000)],
    ["an encrypted key", String(key.export({ type: "pkcs8", format: "pem", ...encrypted }))],
  ])("%s is error 4", async (_, keydata) => {
    const answer = await server.api.authenticate(port, withKey(keydata));
    expectError(answer, "InvalidCredentials", "keydata");
    expect(answer.text).not.toContain(keydata.slice(100, 160) || "never");
  });
});

describe("the method", () => {
  const { AuthKeys } = methodUuids;

  test.each([AuthKeys.toUpperCase(), `{${AuthKeys}}`, `{${AuthKeys.toUpperCase()}}`])(
    "as %s is fine",
    async (method) => {
      const { port } = await start();
      await (await startServer()).api.logIn(port, { ...fixtureLogin, method });
    },
  );

  test.each([
    ["no text", 3],
    ["empty", ""],
    ["without dashes", AuthKeys.replaceAll("-", "")],
    ["a name", "AuthKeys"],
    ["null", null],
  ])("%s is error 1", async (_, method) => {
    const { port } = await start();
    expectError(
      await (await startServer()).api.authenticate(port, { ...fixtureLogin, method }),
      "InvalidData",
    );
  });

  test.concurrent("of several that Veyon 5 offers any will do, and the list is whole", async () => {
    const credentials: SimCredentials = Object.assign({}, ...logins.map(({ host }) => host));
    const { port } = await start({ version: "5.0", credentials });
    const { api } = await startServer();
    const offer = await api.get(`authentication/127.0.0.1:${port}`);
    expect(offer.json).toEqual({ methods: Object.values(methodUuids) });
    await Promise.all(logins.map(({ body }) => api.logIn(port, body)));
  });
});
