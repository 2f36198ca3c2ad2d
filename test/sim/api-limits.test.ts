/** How many API connections there may be, and what is left of clients that go away. */
import { afterEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { Step } from "../../src/sim/sim-options.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { gateAt } from "./support/misbehaviours.ts";
import { socketsTo, untilNoSocketsTo } from "./support/open-files.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

describe("the limit", () => {
  test("counts connections: one more is error 7, after a close it is fine", async () => {
    const host = await start();
    const { api } = await startServer({ connectionLimit: 3 });
    const sessions = [];
    for (let i = 0; i < 3; i++) sessions.push(await api.logIn(host.port));
    const details = "3 connections are open, the limit of WebAPI/ConnectionLimit";
    expectError(await api.authenticate(host.port), "ConnectionLimitReached", details);
    expect((await api.get(`authentication/127.0.0.1:${host.port}`)).status).toBe(200);
    expectError(await api.authenticate(host.port), "ConnectionLimitReached", details);
    await sessions[1].close();
    await api.logIn(host.port);
  });

  test("is 32, and 40 logins at once fill it exactly", async () => {
    const host = await start();
    const { api } = await startServer();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => api.authenticate(host.port)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array(32).fill(200), ...Array(8).fill(429)]);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expectError(answer, "ConnectionLimitReached");
    }
    const uids = answers
      .filter(({ status }) => status === 200)
      .map(({ text }) => text.slice(0, 60));
    expect(new Set(uids).size).toBe(32);
    await until("32 connections", () => socketsTo(host.port) === 32);
  });

  test("32 logins to hosts of their own are all answered", async () => {
    const hosts = await Promise.all(Array.from({ length: 32 }, () => start()));
    const { api } = await startServer();
    const sessions = await Promise.all(hosts.map(({ port }) => api.logIn(port)));
    const users = await Promise.all(sessions.map((session) => session.get("user")));
    expect(users.map(({ status }) => status)).toEqual(Array(32).fill(200));
  });

  test("does not count requests in flight: 24 on one connection, 64 in all", async () => {
    const host = await start();
    const { api } = await startServer({ connectionLimit: 1 });
    const session = await api.logIn(host.port);
    await until("a picture", async () => (await session.get("framebuffer")).status === 200);
    const paths = ["user", "framebuffer", "session", "feature", "framebuffer?format=jpeg&width=20"];
    for (const count of [24, 64]) {
      const answers = await Promise.all(
        Array.from({ length: count }, (_, i) => session.get(paths[i % paths.length])),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200));
    }
  });

  test("does not count logins that wait for a silent host", async () => {
    const gate = gateAt("challenge");
    const [silent, host] = [await start({ intercept: gate.intercept }), await start()];
    const { api } = await startServer({ connectionLimit: 32 });
    const waiting = Array.from({ length: 32 }, () => api.authenticate(silent.port));
    await gate.reached;
    const session = await api.logIn(host.port);
    expect((await session.get("user")).status).toBe(200);
    gate.open();
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(31);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});

describe("a client that goes away in the middle of the login leaves nothing behind", () => {
  const steps: Step[] = ["greeting", "securityTypes", "methods", "acknowledgement", "challenge"];

  test.each([...steps, "securityResult", "serverInit"] as const)("at %s", async (step) => {
    const gate = gateAt(step);
    const host = await start({ intercept: gate.intercept });
    const server = await startServer({ connectionLimit: 1 });
    await abandonLogin(server, host, gate.reached);
    await untilNoSocketsTo(host.port);
    gate.open();
    await server.api.logIn(host.port);
    expect(host.clients).toHaveLength(1);
  });

  test("nor do 32 that go at the same time, each as far as it has come", async () => {
    const gate = gateAt("greeting");
    const host = await start({ intercept: gate.intercept });
    const server = await startServer({ connectionLimit: 1 });
    const client = new AbortController();
    const logins = Array.from({ length: 32 }, () =>
      server.api.authenticate(host.port, undefined, { signal: client.signal }),
    );
    await gate.reached;
    client.abort();
    const outcomes = await Promise.allSettled(logins);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    await untilNoSocketsTo(host.port);
  });

  test("and in the middle of its own request", async () => {
    const host = await start();
    const server = await startServer({ connectionLimit: 1 });
    const client = new AbortController();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(JSON.stringify(fixtureLogin).slice(0, 100)),
    });
    const url = `${server.url}/api/v1/authentication/127.0.0.1:${host.port}`;
    const asked = fetch(url, {
      method: "POST",
      headers: server.api.ownHeaders,
      body,
      signal: client.signal,
    });
    await server.api.get("user");
    client.abort();
    await expect(asked).rejects.toThrow();
    await server.api.logIn(host.port);
    expect(server.lines.filter((line) => line.includes("level=error"))).toEqual([]);
  });

  async function abandonLogin(server: ApiServer, host: SimHost, reached: Promise<unknown>) {
    const client = new AbortController();
    const login = server.api.authenticate(host.port, undefined, { signal: client.signal });
    await reached;
    client.abort();
    await expect(login).rejects.toThrow();
  }
});
