/** Hosts that go away, fall silent and come back while an API connection holds them. */
import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { type DocumentedError, expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { closeAt, reaches, silentAt } from "./support/misbehaviours.ts";
import { socketsTo, untilNoSocketsTo } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

/** Notices silence in a fraction of a second instead of 15. */
const watchdog = { heartbeatMs: 100, silenceMaxMs: 1000 };

interface Opened {
  readonly host: SimHost;
  readonly server: ApiServer;
  readonly session: ApiSession;
}

async function open(version = "4.11.1"): Promise<Opened> {
  const host = await start({ version });
  const server = await startServer({}, { watchdog });
  const session = await server.api.logIn(host.port);
  await untilUsable(session);
  return { host, server, session };
}

async function untilUsable(session: ApiSession): Promise<void> {
  await until("a picture", async () => (await session.get("framebuffer")).status === 200);
  expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
  await session.start(featureIds.screenLock);
  await until("the lock", () => session.isActive(featureIds.screenLock));
  await session.stop(featureIds.screenLock);
}

async function expectAway(session: ApiSession, details: RegExp): Promise<void> {
  const errors: [string, DocumentedError][] = [
    ["framebuffer", "FramebufferNotAvailable"],
    ["framebuffer?format=jpeg&width=10", "FramebufferNotAvailable"],
    ["user", "ConnectionTimedOut"],
    ["session", "ConnectionTimedOut"],
    ["feature", "ConnectionTimedOut"],
    [`feature/${featureIds.screenLock}`, "ConnectionTimedOut"],
  ];
  for (const [path, error] of errors) expectError(await session.get(path), error, details);
}

describe("a host that goes away", () => {
  test.each(["4.5.0", "4.7.5", "4.11.1", "5.0"])(
    "of Veyon %s: documented errors meanwhile, usable by itself when it is back",
    async (version) => {
      const { host, server, session } = await open(version);
      await host.vanish();
      await server.lineWith("host lost", `host=127.0.0.1:${host.port}`);
      await expectAway(session, /closed|refused/);
      // Once refused, it is called again; the reason is then that.
      await server.lineWith("host still lost", "the connection is refused");
      await expectAway(session, /refused/);
      expect((await session.get("framebuffer?format=webp")).status).toBe(503);
      expectError(await session.put("garbage", { active: true }), "InvalidFeature");
      await host.appear();
      await server.lineWith("host is back", `host=127.0.0.1:${host.port}`);
      await untilUsable(session);
    },
    10_000,
  );

  test("and comes back again and again leaves nothing behind", async () => {
    const { host, session } = await open();
    for (let i = 0; i < 3; i++) {
      await host.vanish();
      await host.appear();
      await reaches(host, "serverInit");
      await until("its return", async () => (await session.get("user")).status === 200);
      expect(socketsTo(host.port)).toBe(1);
    }
    await session.close();
    await untilNoSocketsTo(host.port);
  });

  test("PUT waits for its return", async () => {
    const { host, server, session } = await open();
    await host.vanish();
    await server.lineWith("host lost");
    const locked = session.start(featureIds.screenLock);
    await host.appear();
    expect(await locked).toMatchObject({ status: 200, text: "{}" });
    await until("the lock", () => session.isActive(featureIds.screenLock));
  });

  test("PUT of what sends nothing does not wait for it", async () => {
    const { host, server, session } = await open();
    await host.vanish();
    await server.lineWith("host lost");
    expect(await session.stop(featureIds.startApp)).toMatchObject({ status: 200, text: "{}" });
    expectError(await session.start(featureIds.textMessage, {}), "InvalidData");
  });

  test("PUT is error 8 when it is not back within 2 s", async () => {
    const { host, server, session } = await open();
    await host.vanish();
    await server.lineWith("host lost");
    const startedMs = performance.now();
    expectError(await session.start(featureIds.screenLock), "ConnectionTimedOut", /refused/);
    expect(performance.now() - startedMs).toBeGreaterThan(1900);
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });

  test("is called no more once the connection is closed", async () => {
    const { host, server, session } = await open();
    await host.vanish();
    await server.lineWith("host still lost");
    expect((await session.close()).status).toBe(200);
    await server.lineWith("host closed", `host=127.0.0.1:${host.port}`);
    expectError(await session.get("user"), "InvalidConnection");
  });

  test("closing in the middle of its return ends that too", async () => {
    const { host, session } = await open();
    await host.vanish();
    host.intercept = silentAt("challenge");
    const challenged = reaches(host, "challenge");
    await host.appear();
    const { closed } = await challenged;
    await session.close();
    await closed;
    await untilNoSocketsTo(host.port);
  });

  test("and then takes the credentials no more: error 8 with the reason, until it does", async () => {
    const { host, server, session } = await open();
    await host.vanish();
    host.intercept = closeAt("securityResult");
    await host.appear();
    await server.lineWith("host still lost", "closed the connection on these credentials");
    expectError(await session.get("user"), "ConnectionTimedOut", "on these credentials");
    host.intercept = (_step, bytes) => bytes;
    await server.lineWith("host is back");
    await untilUsable(session);
  });

  test("costs the others nothing", async () => {
    const { host, server } = await open();
    const other = await start();
    const session = await server.api.logIn(other.port);
    await host.vanish();
    await server.lineWith("host lost");
    await untilUsable(session);
    const lost = server.lines.filter((line) => line.includes("host lost"));
    expect(lost).toHaveLength(1);
  });
});

describe("a host that falls silent", () => {
  test("is noticed by the watchdog, and usable when it speaks again", async () => {
    const { host, server, session } = await open();
    host.freeze();
    // Until then the last known is told.
    expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
    expect((await session.get("framebuffer")).status).toBe(200);
    await server.lineWith("host lost", "silent for");
    await expectAway(session, /silent for|no answer/);
    host.thaw();
    await server.lineWith("host is back");
    await untilUsable(session);
  });

  test("costs the connection that it fell silent on", async () => {
    const { host, server, session } = await open();
    const [connection] = host.clients;
    host.freeze();
    await server.lineWith("host lost", "silent for");
    await session.close();
    host.thaw();
    await connection.closed;
    await untilNoSocketsTo(host.port);
  });

  test("is not one that has nothing to say: it answers", async () => {
    const { host, server, session } = await open();
    const since = host.received.length;
    const heartbeats = () =>
      host.received.slice(since).filter(({ feature }) => feature === featureIds.userInfo).length;
    const isLong = () => heartbeats() > (2 * watchdog.silenceMaxMs) / watchdog.heartbeatMs;
    await until("twice the time of silence", isLong, 10_000);
    expect(server.lines.filter((line) => line.includes("host lost"))).toEqual([]);
    expect((await session.get("user")).status).toBe(200);
  });
});
