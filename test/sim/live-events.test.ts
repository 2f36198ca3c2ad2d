/** GET events: what happens to hosts, as it happens. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { EventStream } from "./support/event-stream.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { ticketOf } from "./support/tickets.ts";

afterEach(stopAll);

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeEach(async () => {
  host = await start();
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilPicture(session);
});

const open = (uid = session.uid, lastId?: string) =>
  EventStream.open(server.url, "", {
    "Connection-Uid": uid,
    ...(lastId !== undefined && { "Last-Event-ID": lastId }),
  });

/** What the host says at first. */
const stateNames = ["connection", "features", "screens", "session", "user"];

describe("the state as it is", () => {
  test("comes first, each part once", async () => {
    const stream = await open();
    expect(stream.response.headers.get("Content-Type")).toBe("text/event-stream");
    const events = await stream.state(5);
    expect(events.map(({ name }) => name).sort()).toEqual(stateNames);
    const of = Object.fromEntries(events.map(({ name, data }) => [name, data]));
    const where = { connection: 0, host: `127.0.0.1:${host.port}` };
    expect(of).toEqual({
      connection: { ...where, state: "online" },
      user: { ...where, fullName: "Fixture Pupil", login: "vyfixture", session: 0 },
      session: {
        ...where,
        sessionClientAddress: "",
        sessionClientName: "",
        sessionHostName: "vm",
        sessionId: 0,
        sessionUptime: -1,
      },
      features: {
        ...where,
        active: [{ name: "SystemTrayIcon", uid: featureIds.systemTrayIcon }],
      },
      screens: {
        ...where,
        screens: [{ screen: 1, name: "Screen 1 – screen", x: 0, y: 0, width: 64, height: 48 }],
      },
    });
    expect(stream.others).toEqual(["retry: 2000"]);
  });

  test("is that of now, also of a host that nobody has asked for a while", async () => {
    host.features.user = { login: "grace", fullName: "Grace Hopper" };
    host.features.start(featureIds.screenLock);
    // What the host has said 20 ms ago counts as said now.
    await Bun.sleep(25);
    const stream = await open();
    const events = await stream.state(5);
    const of = Object.fromEntries(events.map(({ name, data }) => [name, data]));
    expect(of.user).toMatchObject({ login: "grace" });
    expect(of.features.active).toHaveLength(2);
  });

  test.each([
    ["4.5.0", stateNames.filter((name) => name !== "screens")],
    ["4.7.5", stateNames],
    ["5.0", stateNames],
  ])(
    "of a host with %s",
    async (version, names) => {
      const other = await start({ version });
      const { uid } = await server.api.logIn(other.port);
      const events = await (await open(uid)).state(names.length);
      expect(events.map(({ name }) => name).sort()).toEqual(names);
    },
    20_000,
  );

  test("of a host that is lost is no more than that", async () => {
    await host.vanish();
    await server.lineWith("host lost");
    const stream = await open();
    expect((await stream.next())!.data).toMatchObject({ state: "lost", reason: "lost" });
    await host.appear();
    expect((await stream.next())!.data).toMatchObject({ connection: 0, state: "back" });
    const events = await stream.state(4);
    expect(events.map(({ name }) => name).sort()).toEqual(stateNames.slice(1));
  });
});

describe("each change comes once", () => {
  test("a lock, on a screen that stands still", async () => {
    const stream = await open();
    await stream.state(5);
    for (let round = 0; round < 2; round++) {
      host.features.start(featureIds.screenLock);
      expect(await stream.nextOf("features")).toMatchObject({
        active: [{ name: "SystemTrayIcon" }, { name: "ScreenLock" }],
      });
      host.features.stop(featureIds.screenLock);
      expect(await stream.nextOf("features")).toMatchObject({
        active: [{ name: "SystemTrayIcon" }],
      });
    }
  });

  test("users and screens, and nothing between them", async () => {
    const stream = await open();
    await stream.state(5);
    host.features.user = null;
    expect(await stream.next()).toMatchObject({
      name: "user",
      data: { fullName: "", login: "", session: -1 },
    });
    host.features.screens = [
      { name: "a", x: 0, y: 0, width: 32, height: 48 },
      { name: "b", x: 32, y: 0, width: 32, height: 48 },
    ];
    expect(await stream.next()).toMatchObject({ name: "screens" });
    host.features.session = {
      ...host.features.session,
      clientName: "teacher-pc",
      uptimeSeconds: 5,
    };
    expect(await stream.next()).toMatchObject({
      name: "session",
      data: { sessionClientName: "teacher-pc" },
    });
  });

  test("not the uptime, which changes all the time", async () => {
    const stream = await open();
    await stream.state(5);
    host.features.session = { ...host.features.session, uptimeSeconds: 77 };
    // Asked for several times meanwhile.
    const asked = () =>
      host.received.filter(({ feature }) => feature === featureIds.sessionInfo).length;
    const before = asked();
    while (asked() < before + 3) await Bun.sleep(20);
    host.features.start(featureIds.inputDevicesLock);
    expect(await stream.next()).toMatchObject({ name: "features" });
  });

  test("the loss of a host with its reason, and its return", async () => {
    const stream = await open();
    await stream.state(5);
    await host.vanish();
    expect(await stream.next()).toMatchObject({
      name: "connection",
      data: { state: "lost", reason: "lost", details: "the host closed the connection" },
    });
    await host.appear();
    expect(await stream.next()).toMatchObject({ name: "connection", data: { state: "back" } });
  });
});

describe("the end of a connection", () => {
  test("is the last event, and says why", async () => {
    const stream = await open();
    await stream.state(5);
    await session.close();
    expect(await stream.next()).toMatchObject({
      name: "connection",
      data: {
        connection: 0,
        host: `127.0.0.1:${host.port}`,
        state: "closed",
        reason: "DELETE",
        details: "the connection is closed by DELETE authentication",
      },
    });
    expect(await stream.next()).toBeNull();
    await server.lineWith("stream ended", "stream=events", "reason=DELETE");
  });

  test("may be that of the server", async () => {
    const stream = await open();
    await stream.state(5);
    const stopped = server.stop();
    expect(await stream.next()).toMatchObject({
      data: { state: "closed", reason: "shutdown" },
    });
    expect(await stream.next()).toBeNull();
    await stopped;
  });

  test("is its lifetime, however many events there are", async () => {
    const other = await startServer({ connectionLifetimeMs: 500, connectionIdleTimeoutMs: 200 });
    const { uid } = await other.api.logIn(host.port);
    const stream = await EventStream.open(other.url, "", { "Connection-Uid": uid });
    await stream.state(5);
    expect(await stream.next()).toMatchObject({ data: { state: "closed", reason: "lifetime" } });
    expect(await stream.next()).toBeNull();
  });
});

describe("a ticket", () => {
  test("is for as many hosts as it names, by their places in it", async () => {
    const second = await start({ user: { login: "alan", fullName: "Alan Turing" } });
    const other = await server.api.logIn(second.port);
    const ticket = await ticketOf(session, "view", [other.uid, session.uid]);
    const stream = await EventStream.open(server.url, `?ticket=${ticket}`);
    const users = (await stream.state(10)).filter(({ name }) => name === "user");
    const logins = Object.fromEntries(users.map(({ data }) => [data.connection, data.login]));
    expect(logins).toEqual({ 0: "alan", 1: "vyfixture" });
    second.features.start(featureIds.screenLock);
    expect(await stream.next()).toMatchObject({ name: "features", data: { connection: 0 } });
    await other.close();
    expect(await stream.next()).toMatchObject({ data: { connection: 0, state: "closed" } });
    // The other one goes on.
    host.features.start(featureIds.screenLock);
    expect(await stream.next()).toMatchObject({ name: "features", data: { connection: 1 } });
  });

  test("tells of a connection that was closed before it was used", async () => {
    const other = await server.api.logIn(host.port);
    const ticket = await ticketOf(session, "view", [other.uid, session.uid]);
    await other.close();
    const stream = await EventStream.open(server.url, `?ticket=${ticket}`);
    const events = await stream.state(6);
    expect(events.find(({ data }) => data.connection === 0)!.data).toMatchObject({
      state: "closed",
      reason: "DELETE",
    });
  });
});

describe("Last-Event-ID", () => {
  test("leaves out what has been told, and nothing else", async () => {
    const stream = await open();
    const told = await stream.state(5);
    stream.close();
    await server.lineWith("stream ended");
    host.features.start(featureIds.screenLock);
    const again = await open(session.uid, told.at(-1)!.id);
    expect(await again.next()).toMatchObject({ name: "features" });
    host.features.user = null;
    expect(await again.next()).toMatchObject({ name: "user" });
  });

  test("in the middle of what has been told leaves out the first part", async () => {
    const told = await (await open()).state(5);
    const again = await open(session.uid, told[1].id);
    const rest = await again.state(3);
    expect(rest.map(({ id }) => id)).toEqual(told.slice(2).map(({ id }) => id));
  });

  test("may stand in the query, since an EventSource sends it by itself only", async () => {
    const told = await (await open()).state(5);
    host.features.user = null;
    const ticket = await ticketOf(session);
    const query = `?ticket=${ticket}&lastEventId=${told.at(-1)!.id}`;
    const again = await EventStream.open(server.url, query);
    expect(await again.next()).toMatchObject({ name: "user" });
  });

  test("of another stream, or none at all, says nothing", async () => {
    const other = await server.api.logIn(host.port);
    const told = await (await open(other.uid)).state(5);
    for (const id of [told.at(-1)!.id, "1", "x-1", ""]) {
      expect(await (await open(session.uid, id)).state(5)).toHaveLength(5);
    }
  });
});

test("events are refused without a header or a ticket", async () => {
  const answer = await server.api.get("events");
  expect([answer.status, answer.text]).toEqual([
    401,
    expect.stringContaining("the header Connection-Uid is missing, and so is a ticket"),
  ]);
});
