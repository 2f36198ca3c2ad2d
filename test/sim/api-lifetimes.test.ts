/** How long API connections live: the idle time and the lifetime. */
import { afterAll, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterAll(stopAll);

describe("the idle time", () => {
  const connectionIdleTimeoutMs = 1000;

  test.concurrent("closes the connection and the host's", async () => {
    const host = await start();
    const { api, lineWith } = await startServer({ connectionIdleTimeoutMs });
    const startedMs = performance.now();
    const session = await api.logIn(host.port);
    await host.clients[0].closed;
    expect(performance.now() - startedMs).toBeGreaterThan(connectionIdleTimeoutMs - 50);
    const details = "after 1 s without a request (WebAPI/ConnectionIdleTimeout)";
    expectError(await session.get("user"), "InvalidConnection", details);
    await lineWith("host closed", "reason=idle");
    await untilNoSocketsTo(host.port);
  });

  test.concurrent.each<[string, number, (session: ApiSession) => Promise<{ status: number }>]>([
    ["GET user", 200, (session) => session.get("user")],
    ["GET session", 200, (session) => session.get("session")],
    ["GET feature", 200, (session) => session.get("feature")],
    ["GET feature/garbage", 200, (session) => session.get("feature/garbage")],
    ["PUT", 200, (session) => session.stop(featureIds.screenLock)],
    ["PUT without active", 400, (session) => session.put(featureIds.screenLock, {})],
    ["PUT of an unknown feature", 400, (session) => session.start("garbage")],
    ["GET framebuffer in an unknown format", 503, (session) => session.get("framebuffer?format=x")],
  ])("starts anew with %s, answered %i", async (_, status, request) => {
    const host = await start();
    const { api } = await startServer({ connectionIdleTimeoutMs });
    const session = await api.logIn(host.port);
    const endMs = performance.now() + 2 * connectionIdleTimeoutMs;
    while (performance.now() < endMs) {
      expect((await request(session)).status).toBe(status);
      await Bun.sleep(connectionIdleTimeoutMs / 20);
    }
    await session.close();
  });

  test.concurrent("starts anew with a request that the lost host makes fail", async () => {
    const host = await start();
    const server = await startServer({ connectionIdleTimeoutMs });
    const session = await server.api.logIn(host.port);
    await host.vanish();
    await server.lineWith("host lost");
    const endMs = performance.now() + 2 * connectionIdleTimeoutMs;
    while (performance.now() < endMs) {
      expectError(await session.get("framebuffer"), "FramebufferNotAvailable");
      await Bun.sleep(connectionIdleTimeoutMs / 20);
    }
  });
});

test.concurrent("the lifetime ends it whatever is asked, at the time that was told", async () => {
  const host = await start();
  const connectionLifetimeMs = 2000;
  const { api, lineWith } = await startServer({ connectionLifetimeMs });
  const answer = await api.authenticate(host.port);
  const { "connection-uid": uid, validUntil } = answer.json as Record<string, never>;
  const gone = host.clients[0].closed;
  await until("its end", async () => (await api.get("user", { uid })).status === 401);
  await gone;
  expectError(await api.get("user", { uid }), "InvalidConnection", "WebAPI/ConnectionLifetime");
  await lineWith("host closed", "reason=lifetime");
  expect(Math.abs(Date.now() / 1000 - validUntil)).toBeLessThan(2);
});
