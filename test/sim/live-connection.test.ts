/** GET connection: what a connection is, and what is known of its host. */
import { afterEach, describe, expect, test } from "bun:test";
import { startServer } from "./support/api-server.ts";
import { EventStream } from "./support/event-stream.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

describe("GET connection", () => {
  test("tells of the host, of its user and of the connection itself", async () => {
    const host = await start();
    const { api, url } = await startServer({ connectionLifetimeMs: 3_600_000 });
    const beforeS = Math.floor(Date.now() / 1000);
    const session = await api.logIn(host.port);
    host.features.user = { login: "grace", fullName: "Grace Hopper" };
    // What the host has said 20 ms ago counts as said now.
    await Bun.sleep(25);
    const answer = (await session.get("connection")).json as Record<string, unknown>;
    const { uptime, validUntil, ...rest } = answer;
    expect(rest).toEqual({
      host: `127.0.0.1:${host.port}`,
      online: true,
      veyon: { generation: 4, version: "4.11" },
      size: { width: 64, height: 48 },
      screens: [{ screen: 1, name: "Screen 1 – screen", x: 0, y: 0, width: 64, height: 48 }],
      user: { fullName: "Grace Hopper", login: "grace", session: 0 },
      viewers: 0,
    });
    expect(uptime).toBeWithin(0, 60);
    expect((validUntil as number) - beforeS - 3600).toBeWithin(0, 60);
    const stream = await EventStream.open(url, "", { "Connection-Uid": session.uid });
    expect((await session.get("connection")).json).toMatchObject({ viewers: 1 });
    stream.close();
    await until("nobody looks", async () => {
      return ((await session.get("connection")).json as { viewers: number }).viewers === 0;
    });
  });

  test.each([
    ["4.5.0", { generation: 4, version: null }, 0],
    ["4.7.5", { generation: 4, version: "4.7" }, 1],
    ["5.0", { generation: 5, version: null }, 1],
  ])("of a host with %s has what it says", async (version, veyon, screens) => {
    const host = await start({ version });
    const { api } = await startServer();
    const session = await api.logIn(host.port);
    const answer = (await session.get("connection")).json as { screens: unknown[] };
    expect(answer).toMatchObject({ online: true, veyon, user: { login: "vyfixture" } });
    expect(answer.screens).toHaveLength(screens);
  });

  test("of a host that is lost says so, and that it is back", async () => {
    const host = await start();
    const { api, lineWith } = await startServer();
    const session = await api.logIn(host.port);
    await host.vanish();
    await lineWith("host lost");
    expect((await session.get("connection")).json).toMatchObject({
      host: `127.0.0.1:${host.port}`,
      online: false,
      veyon: null,
      size: null,
      screens: [],
      user: null,
    });
    await host.appear();
    await lineWith("host is back");
    expect((await session.get("connection")).json).toMatchObject({ online: true });
  });

  test("needs the header", async () => {
    const { api } = await startServer();
    expect((await api.get("connection")).status).toBe(401);
  });
});
