/** Hosts to which there is no connection. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { openVeyonConnection } from "../../src/connect/veyon-connection.ts";
import { Dialler } from "../../src/net/dial.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { silentAt } from "./support/misbehaviours.ts";
import { socketsTo, untilNoSocketsTo } from "./support/open-files.ts";
import { closedPort } from "./support/ports.ts";
import { unansweredPort } from "./support/unanswered-port.ts";
import { until } from "./support/until.ts";

/** Well below the 5 s that a connect may take, and the 15 s of the reference. */
const atOnceMs = 2500;

describe("a connect that is never answered", () => {
  let port: number;
  let server: ApiServer;
  const connectTimeoutMs = 600;

  beforeAll(async () => {
    port = await unansweredPort();
    server = await startServer({ connectTimeoutMs });
    await server.api.get("user");
  });
  afterAll(stopAll);

  test("is error 8 at the connect timeout, with the reason, and frees its descriptor", async () => {
    const startedMs = performance.now();
    const answer = await server.api.authenticate(port);
    expectError(answer, "ConnectionTimedOut", `no answer within ${connectTimeoutMs} ms`);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(connectTimeoutMs - 50);
    expect(socketsTo(port)).toBe(0);
  });

  test("is the same for GET methods", async () => {
    const answer = await server.api.get(`authentication/127.0.0.1:${port}`);
    expectError(answer, "ConnectionTimedOut", `no answer within ${connectTimeoutMs} ms`);
  });

  test("ends sooner at the authentication timeout, and says so", async () => {
    const { api } = await startServer({ connectionAuthenticationTimeoutMs: 300 });
    expectError(await api.authenticate(port), "ConnectionTimedOut", "no answer in time");
    expectError(
      await api.get(`authentication/127.0.0.1:${port}`),
      "ConnectionTimedOut",
      /no answer/,
    );
  });

  test("holds up nobody else, 64 at once neither", async () => {
    const host = await start();
    const { api } = await startServer({ connectTimeoutMs: 5000 });
    const waiting = Array.from({ length: 64 }, () => api.authenticate(port));
    const session = await api.logIn(host.port);
    expect((await session.get("user")).status).toBe(200);
    expect(socketsTo(port)).toBe(64);
    for (const answer of await Promise.all(waiting)) expectError(answer, "ConnectionTimedOut");
    expect(socketsTo(port)).toBe(0);
  });

  test("is given up as soon as the client has gone", async () => {
    const client = new AbortController();
    const { api } = await startServer({
      connectTimeoutMs: 60_000,
      connectionAuthenticationTimeoutMs: 60_000,
    });
    const asked = api.authenticate(port, undefined, { signal: client.signal });
    await until("a connect", () => socketsTo(port) === 1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await untilNoSocketsTo(port);
  });

  test("is down for GET hoststate within 3 s", async () => {
    const startedMs = performance.now();
    const { json } = await server.api.get(`hoststate/127.0.0.1:${port}`);
    expect(["down", "up"]).toContain((json as { state: string }).state);
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});

describe("at once", () => {
  afterEach(stopAll);

  test("32 refused logins are answered, and nothing stays open", async () => {
    const { api } = await startServer();
    const port = await closedPort();
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 32 }, () => api.authenticate(port)));
    for (const answer of answers) {
      expectError(answer, "ConnectionTimedOut", `Cannot connect to 127.0.0.1 port ${port}`);
    }
    expect(performance.now() - startedMs).toBeLessThan(atOnceMs);
  });

  test("a host that refused is asked anew by the next call", async () => {
    const host = await start();
    await host.vanish();
    const { api } = await startServer();
    expectError(await api.get(`authentication/127.0.0.1:${host.port}`), "ConnectionTimedOut");
    await host.appear();
    expect((await api.get(`authentication/127.0.0.1:${host.port}`)).status).toBe(200);
  });
});

test("an attempt that is given up right after the connect ends too", async () => {
  const host = await start({ intercept: silentAt("greeting") });
  const controller = new AbortController();
  const { signal } = controller;
  // Who connects stops listening to the signal when the connection is there; who goes on listens a
  // little later.
  signal.removeEventListener = (...parameters: Parameters<AbortSignal["removeEventListener"]>) => {
    AbortSignal.prototype.removeEventListener.apply(signal, parameters);
    controller.abort();
  };
  const settings = {
    dialler: new Dialler(),
    connectTimeoutMs: 1000,
    certificateAuthorities: null,
  };
  const address = { host: "127.0.0.1", port: host.port };
  const attempt = openVeyonConnection(address, settings, {
    signal,
    caller: "test",
    approach: "wait-first",
  });
  await expect(attempt).rejects.toThrow("no answer in time");
  await untilNoSocketsTo(host.port);
  await stopAll();
});
