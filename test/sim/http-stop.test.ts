/**
 * The end of the server: what is running is finished, everything is closed, and it is over within 5
 * s.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { gateAt, silentAt } from "./support/misbehaviours.ts";
import { socketsAt, socketsTo, untilNoSocketsAt } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const stopMaxMs = 5000;
const atOnceMs = 1500;

async function stopTime(stop: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await stop();
  return performance.now() - startedMs;
}

test("closes hosts and port, with connections open that nobody uses", async () => {
  const host = await start();
  const server = await startServer();
  const session = await server.api.logIn(host.port);
  await untilPicture(session);
  await server.api.get(`authentication/127.0.0.1:${host.port}`);
  const idle = await HttpSocket.connect(server.url);
  idle.write(requestText("GET", "/api/v1/unknown"));
  await idle.response();
  const gone = host.clients.map(({ closed }) => closed);
  expect(await stopTime(server.stop)).toBeLessThan(atOnceMs);
  await Promise.all([...gone, idle.closed]);
  expect(socketsTo(host.port)).toBe(0);
  await untilNoSocketsAt(Number(new URL(server.url).port));
  await expect(server.api.get("user")).rejects.toThrow();
});

test("is not held up by clients that have connected and say nothing", async () => {
  const server = await startServer();
  const port = Number(new URL(server.url).port);
  const mute = await HttpSocket.connect(server.url);
  const half = await HttpSocket.connect(server.url);
  half.write("GET /api/v1/us");
  await until("two connections", () => socketsAt(port) === 2);
  expect(await stopTime(server.stop)).toBeLessThan(stopMaxMs);
  await Promise.all([mute.closed, half.closed]);
});

describe("requests in hand", () => {
  test("that end soon get their answer", async () => {
    const gate = gateAt("challenge");
    const host = await start({ intercept: gate.intercept });
    const server = await startServer();
    const login = server.api.authenticate(host.port);
    await gate.reached;
    const stopped = stopTime(server.stop);
    gate.open();
    expect((await login).status).toBe(200);
    expect(await stopped).toBeLessThan(stopMaxMs);
    expect(socketsTo(host.port)).toBe(0);
  });

  test("that fail soon get their error", async () => {
    const host = await start({ intercept: silentAt("challenge") });
    const server = await startServer({ connectionAuthenticationTimeoutMs: 500 });
    const login = server.api.authenticate(host.port);
    await until("a login", () => socketsTo(host.port) === 1);
    const stopped = stopTime(server.stop);
    expectError(await login, "ConnectionTimedOut", "no answer in time");
    expect(await stopped).toBeLessThan(stopMaxMs);
  });

  test("that take longer are told that the server stops", async () => {
    const gate = gateAt("challenge");
    const host = await start({ intercept: gate.intercept });
    const silent = await start({ intercept: silentAt("methods") });
    const server = await startServer({ connectionAuthenticationTimeoutMs: 60_000 });
    const login = server.api.authenticate(host.port);
    const methods = server.api.get(`authentication/127.0.0.1:${silent.port}`);
    await gate.reached;
    const stopped = stopTime(server.stop);
    for (const answer of [await login, await methods]) {
      expectError(answer, "ConnectionTimedOut", "given up, since the server stops");
    }
    expect(await stopped).toBeLessThan(stopMaxMs);
    await until("nothing left", () => socketsTo(host.port) + socketsTo(silent.port) === 0);
  });

  test("are the last ones of their connections", async () => {
    const gate = gateAt("challenge");
    const host = await start({ intercept: gate.intercept });
    const server = await startServer();
    const client = await HttpSocket.connect(server.url);
    const body = JSON.stringify(fixtureLogin);
    client.write(requestText("POST", `/api/v1/authentication/127.0.0.1:${host.port}`, {}, body));
    await gate.reached;
    const stopped = server.stop();
    gate.open();
    const answer = await client.response();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("connection")).toBe("close");
    await Promise.all([client.closed, stopped]);
  });

  test("that wait for a lost host do not hold it up", async () => {
    const host = await start();
    const server = await startServer();
    const session = await server.api.logIn(host.port);
    await host.vanish();
    await server.lineWith("host lost");
    const locked = session.start(featureIds.screenLock);
    await server.api.get("user");
    const stopped = stopTime(server.stop);
    expectError(await locked, "ConnectionTimedOut");
    expect(await stopped).toBeLessThan(stopMaxMs);
  });
});

test("a lost host is called no more", async () => {
  const host = await start();
  const server = await startServer();
  await server.api.logIn(host.port);
  await host.vanish();
  await server.lineWith("host still lost");
  await server.stop();
  await server.lineWith("host closed");
  const lines = server.lines.length;
  await host.appear();
  expect(host.clients).toEqual([]);
  expect(server.lines.length).toBe(lines);
});
