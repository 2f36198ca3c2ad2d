/** Good credentials, and a host whose rules or user say no; or whose user takes time to say yes. */
import { afterEach, describe, expect, test } from "bun:test";
import type { SimHostOptions } from "../../src/sim/sim-options.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { closeAt, garbageAt, silentAt, withoutStep } from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";

afterEach(stopAll);

const reason = 'Access denied by rule "Prüfung"';
const closed = /closed the connection after a good login/;

async function expectDenied(options: SimHostOptions, details: string | RegExp, body?: unknown) {
  const host = await start(options);
  const server = await startServer();
  const answer = await server.api.authenticate(host.port, body);
  expectError(answer, "AuthenticationFailed", details);
  await untilNoSocketsTo(host.port);
  expect(server.lines.join("\n")).not.toContain("host connected");
}

describe("denied by rule", () => {
  test.each([
    ["4.5.0", closed],
    ["4.7.5", closed],
    ["4.9.3", closed],
    ["4.9.4", reason],
    ["4.11.1", reason],
    ["5.0", reason],
  ])("by Veyon %s", async (version, details) => {
    await expectDenied({ version, access: () => reason }, details);
  });

  test.each(["4.7.5", "4.11.1"])("after a password, by Veyon %s", async (version) => {
    const { host: credentials, body } = loginWith.AuthLogon;
    const seen: string[] = [];
    const access = (user: string) => (seen.push(user), reason);
    await expectDenied({ version, credentials, access }, /rule|good login/, body);
    expect(seen).toEqual(["vyfixture"]);
  });

  test.each([
    ["never comes", silentAt("accessDeniedReason")],
    ["is left out", withoutStep("accessDeniedReason")],
    ["gives way to the end", closeAt("accessDeniedReason")],
    ["is garbage", garbageAt("accessDeniedReason", "29ffffffff")],
    ["is another message", garbageAt("accessDeniedReason", "02")],
    ["is empty", garbageAt("accessDeniedReason", "2900000000")],
  ])("is certain also when the reason %s", async (_, intercept) => {
    await expectDenied({ access: () => reason, intercept }, "denies access");
  });

  test("one user and not another: who asks is the account of the server", async () => {
    const seen: string[] = [];
    const host = await start({ access: (user) => (seen.push(user), null) });
    await (await startServer()).api.logIn(host.port);
    expect(seen).toEqual([(await import("node:os")).userInfo().username]);
  });
});

describe("the host's user is asked", () => {
  const question = () => {
    const answer = Promise.withResolvers<string | null>();
    const asked = Promise.withResolvers<void>();
    const access = () => (asked.resolve(), answer.promise);
    return { access, asked: asked.promise, answer: answer.resolve };
  };

  test.each(["4.7.5", "4.11.1"])("by Veyon %s, and says yes later", async (version) => {
    const { access, asked, answer } = question();
    const host = await start({ version, access });
    const { api } = await startServer();
    const login = api.logIn(host.port);
    await asked;
    // Nobody else waits for that user.
    const other = await start();
    await api.logIn(other.port);
    answer(null);
    expect((await (await login).get("user")).status).toBe(200);
  });

  test.each([
    ["4.7.5", closed],
    ["4.11.1", "User has denied access"],
  ])("by Veyon %s, and says no", async (version, details) => {
    const { access, asked, answer } = question();
    void asked.then(() => answer("User has denied access"));
    await expectDenied({ version, access }, details);
  });

  test.each(["4.7.5", "4.11.1"])("by Veyon %s, and says nothing: error 8", async (version) => {
    const { access, asked } = question();
    const host = await start({ version, access });
    const { api } = await startServer({ connectionAuthenticationTimeoutMs: 1000 });
    const login = api.authenticate(host.port);
    await asked;
    expectError(await login, "ConnectionTimedOut", "waited for the host's user or access rules");
    await untilNoSocketsTo(host.port);
  });

  test.each([
    ["4.7.5", closed],
    ["4.11.1", closed],
  ])("by Veyon %s, which ends it before we do: error 6", async (version, details) => {
    const { access } = question();
    await expectDenied({ version, access, handshakeTimeoutMs: 200 }, details);
  });

  test("and the client goes away: so does the question", async () => {
    const { access, asked } = question();
    const host = await start({ access });
    const server = await startServer();
    const client = new AbortController();
    const login = server.api.authenticate(host.port, undefined, { signal: client.signal });
    await asked;
    const gone = host.clients[0].closed;
    client.abort();
    await expect(login).rejects.toThrow();
    await gone;
    await untilNoSocketsTo(host.port);
  });
});

test("access that is taken away later ends the connection, and the reason is told", async () => {
  const host = await start();
  const server = await startServer();
  const session = await server.api.logIn(host.port);
  expect((await session.get("user")).status).toBe(200);
  const message = await denialMessage();
  await host.relay("accessDeniedReason", message);
  await server.lineWith("host lost", reason.replaceAll('"', '\\"'));
  expectError(await session.get("user"), "ConnectionTimedOut", reason);
});

/** What a host of 4.11.1 sends to those whom it denies access. */
async function denialMessage(): Promise<Uint8Array> {
  const sent = Promise.withResolvers<Uint8Array>();
  const host = await start({
    access: () => reason,
    intercept: (step, bytes) => {
      if (step === "accessDeniedReason") sent.resolve(bytes);
      return bytes;
    },
  });
  await (await startServer()).api.authenticate(host.port);
  return sent.promise;
}
