/** GET live: a classroom on one WebSocket. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { noise, psnr, randomFrom, text } from "../support/pictures.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { picture, untilPicture } from "./support/framebuffer.ts";
import { isAbout, LiveClient, SlowLiveClient } from "./support/live-client.ts";
import { ticketOf } from "./support/tickets.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

const width = 64;
const height = 96;

async function arrange(size = { width, height }): Promise<void> {
  host = await start(size);
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilPicture(session);
}

beforeEach(() => arrange());

const open = async (uids?: readonly string[], scope: "view" | "control" = "view") =>
  LiveClient.open(server.url, await ticketOf(session, scope, uids));

/** The whole screen in one colour. */
function show(colour: number, where = host): void {
  where.screen.fill(where.screen.bounds, colour);
}

/** Left and right half of the picture; the server knows of them. */
async function showTwoScreens(): Promise<void> {
  host.features.screens = [
    { name: "a", x: 0, y: 0, width: 32, height },
    { name: "b", x: 32, y: 0, width: 32, height },
  ];
  await until(
    "two screens",
    async () => (await session.get("framebuffer?screen=2")).status === 200,
  );
}

describe("a view", () => {
  test("begins with the whole picture, and goes on with the strips that change", async () => {
    show(0xff0000);
    const client = await open();
    expect(client.socket.protocol).toBe("veyon-live.v1");
    client.watch(0, { view: 7, quality: 90 });
    const { canvas, ...first } = await client.picture();
    expect(first).toMatchObject({ isWhole: true, view: 7, width, height });
    expect(first.runs).toMatchObject([{ firstRow: 0, rows: height }]);
    await client.untilColour(0xff0000, 7);
    // Rows 40 to 43 are in the third of six strips.
    host.screen.fill({ x: 0, y: 40, width, height: 4 }, 0x00ff00);
    const second = await client.picture();
    expect(second).toMatchObject({ isWhole: false, view: 7, width, height });
    expect(second.runs).toMatchObject([{ firstRow: 32, rows: 16 }]);
    expect(isAbout(canvas.colour(30, 42), 0x00ff00)).toBeTrue();
    expect(isAbout(canvas.colour(30, 20), 0xff0000)).toBeTrue();
  });

  test("shows what the whole picture shows", async () => {
    await arrange({ width: 320, height: 250 });
    const client = await open();
    client.watch(0, { quality: 90 });
    const pixel = text(randomFrom(5));
    host.screen.put(
      host.screen.bounds,
      Uint32Array.from({ length: 320 * 250 }, (_, i) => pixel(i % 320, (i / 320) | 0)),
    );
    for (const y of [0, 100, 245]) {
      host.screen.fill({ x: 10, y, width: 100, height: 5 }, 0x3060c0);
      await client.untilColour(0x3060c0, 0, 50, y + 2);
    }
    const whole = await picture(session, "?format=jpeg&quality=90");
    // Colours beside the edge of a run are rounded in another way.
    expect(psnr(client.canvas().pixels, whole.pixels)).toBeGreaterThan(38);
  });

  test("may be of any size, quality and screen, and several of one computer", async () => {
    await showTwoScreens();
    host.screen.fill({ x: 32, y: 0, width: 32, height }, 0x00ff00);
    const client = await open();
    client.watch(0, { view: 0, width: 32 });
    client.watch(0, { view: 1, screen: 2 });
    client.watch(0, { view: 65535, screen: 2, height: 24 });
    const sizes = new Map<number, [number, number]>();
    while (sizes.size < 3) {
      const next = await client.picture();
      sizes.set(next.view, [next.width, next.height]);
    }
    expect([...sizes].sort(([a], [b]) => a - b)).toEqual([
      [0, [32, 48]],
      [1, [32, 96]],
      [65535, [8, 24]],
    ]);
    await client.untilColour(0x00ff00, 1);
  });

  test("has nothing of a screen that stands still, whatever the host sends", async () => {
    const client = await open();
    client.watch(0, { fps: 30 });
    await client.picture();
    const { incremental } = host.updateRequests;
    for (let again = 1; again <= 3; again++) {
      host.screen.put(host.screen.bounds, host.screen.pixels.slice());
      await until("an update", () => host.updateRequests.incremental >= incremental + again);
    }
    show(0x0000ff);
    await client.untilColour(0x0000ff);
    expect(client.pictures).toEqual([]);
  });

  test("is over when it is no longer wanted, and nobody asks the host any more", async () => {
    const client = await open();
    client.watch(0, { view: 3, fps: 30 });
    client.watch(0, { view: 4, fps: 30 });
    await Promise.all([client.picture(), client.picture()]);
    client.send({ type: "unwatch", view: 3 });
    // Of a view that is not there nothing is said.
    client.send({ type: "unwatch", view: 3 });
    show(0x00ff00);
    await client.untilColour(0x00ff00, 4);
    show(0x0000ff);
    await client.untilColour(0x0000ff, 4);
    expect(client.pictures.filter(({ view }) => view === 3).length).toBeLessThanOrEqual(1);
    client.pictures.length = 0;
    client.send({ type: "unwatch", view: 4 });
    client.send({ type: "unwatch" });
    await client.error();
    show(0xff0000);
    host.features.start(featureIds.screenLock);
    await client.event("features");
    await client.event("features");
    expect(client.pictures.length).toBeLessThanOrEqual(1);
  });

  test("that is asked for anew is another one from then on", async () => {
    const client = await open();
    client.watch(0);
    expect(await client.picture()).toMatchObject({ width: 64 });
    client.watch(0, { width: 16 });
    expect(await client.picture()).toMatchObject({ isWhole: true, width: 16 });
    show(0x00ff00);
    expect(await client.picture()).toMatchObject({ isWhole: false, width: 16 });
  });
});

describe("a socket for a classroom", () => {
  test("shows each of its computers", async () => {
    const others = await Promise.all([start({ width: 32, height: 32 }), start(), start()]);
    const sessions = await Promise.all(others.map(({ port }) => server.api.logIn(port)));
    const client = await open([session.uid, ...sessions.map(({ uid }) => uid)]);
    const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00];
    const hosts = [host, ...others];
    for (const [place, each] of hosts.entries()) {
      client.watch(place, { view: 100 + place });
      show(colours[place], each);
    }
    for (const place of hosts.keys()) await client.untilColour(colours[place], 100 + place);
  });

  test("tells the state as it is first, and then each change", async () => {
    const client = await open();
    const where = { connection: 0, host: `127.0.0.1:${host.port}` };
    expect(await client.event("connection")).toEqual({ ...where, state: "online" });
    expect(await client.event("user")).toMatchObject({ ...where, login: "vyfixture" });
    await client.event("features");
    host.features.start(featureIds.screenLock);
    expect(await client.event("features")).toMatchObject({
      active: [{ name: "SystemTrayIcon" }, { name: "ScreenLock" }],
    });
  });

  test("goes on with the others when one of its connections ends", async () => {
    const other = await start();
    const { uid } = await server.api.logIn(other.port);
    const client = await open([session.uid, uid]);
    client.watch(0, { view: 0 });
    client.watch(1, { view: 1 });
    await Promise.all([client.picture(), client.picture()]);
    await session.close();
    expect(await client.event("connection", { state: "closed" })).toMatchObject({
      connection: 0,
      reason: "DELETE",
      details: "the connection is closed by DELETE authentication",
    });
    client.watch(0, { view: 2 });
    expect(await client.error()).toEqual({
      type: "error",
      of: "watch",
      view: 2,
      error: {
        code: 2,
        details: "the connection is closed by DELETE authentication",
        message: "Invalid connection",
      },
    });
    show(0x00ff00, other);
    await client.untilColour(0x00ff00, 1);
  });

  test("is told of connections that ended before it was opened", async () => {
    const { uid } = await server.api.logIn(host.port);
    const ticket = await ticketOf(session, "view", [uid, session.uid]);
    await server.api.request("DELETE", "authentication/any", { uid });
    const client = await LiveClient.open(server.url, ticket);
    expect(await client.event("connection", { connection: 0 })).toMatchObject({ state: "closed" });
    expect(await client.event("connection", { connection: 1 })).toMatchObject({ state: "online" });
  });
});

describe("a host that", () => {
  test("changes its size is shown in the new one", async () => {
    const client = await open();
    client.watch(0);
    await client.picture();
    host.screen.resize(80, 40);
    show(0x00ff00);
    await client.untilColour(0x00ff00, 0, 79, 39);
    expect(client.canvas()).toMatchObject({ width: 80, height: 40 });
  });

  test("vanishes and comes back is told of, and shown again", async () => {
    const client = await open();
    client.watch(0);
    await client.picture();
    await client.event("connection", { state: "online" });
    await host.vanish();
    expect(await client.event("connection")).toMatchObject({ state: "lost", reason: "lost" });
    show(0x0000ff);
    await host.appear();
    expect(await client.event("connection")).toMatchObject({ state: "back" });
    await client.untilColour(0x0000ff);
    show(0x00ff00);
    await client.untilColour(0x00ff00);
  });

  test("is lost already is watched until it comes back", async () => {
    await host.vanish();
    await server.lineWith("host lost");
    const client = await open();
    expect(await client.event("connection")).toMatchObject({ state: "lost" });
    client.watch(0);
    show(0x00ff00);
    await host.appear();
    await client.untilColour(0x00ff00);
  });

  test("has a screen no more ends the view of it, with a word", async () => {
    await showTwoScreens();
    const client = await open();
    client.watch(0, { screen: 2, view: 9 });
    await client.picture();
    host.features.screens = [];
    await client.event("screens", {});
    await client.event("screens", {});
    show(0x00ff00);
    expect(await client.error()).toEqual({
      type: "error",
      of: "watch",
      view: 9,
      error: {
        code: 1,
        details: "screen 2 is unknown: the host has one screen",
        message: "Invalid data",
      },
    });
  });
});

describe("the end", () => {
  test("comes with the last connection, and says why", async () => {
    const client = await open();
    client.watch(0);
    await client.picture();
    await session.close();
    expect(await client.closed.promise).toBe(
      "1000 the connection is closed by DELETE authentication",
    );
    expect(client.texts.at(-1)).toMatchObject({
      event: "connection",
      data: { state: "closed", reason: "DELETE" },
    });
    await server.lineWith("stream ended", "stream=live", "reason=DELETE", "connection=1");
  });

  test("comes with the lifetime, and not with idle time", async () => {
    const other = await startServer({
      connectionIdleTimeoutMs: 200,
      connectionLifetimeMs: 1500,
    });
    const short = await other.api.logIn(host.port);
    const client = await LiveClient.open(other.url, await ticketOf(short));
    expect(await client.closed.promise).toMatch(
      /^1000 the connection is closed at the end of its lifetime of .* h \(WebAPI\/Conn/,
    );
    await other.lineWith("stream ended", "stream=live", "reason=lifetime");
  });

  test("comes with the server", async () => {
    const client = await open();
    client.watch(0);
    await client.picture();
    await server.stop();
    expect(await client.closed.promise).toBe("1001 the server stops");
    await server.lineWith("stream ended", "reason=shutdown");
  });

  test("comes with the viewer, whose connection is idle then", async () => {
    const other = await startServer({ connectionIdleTimeoutMs: 200 });
    const idle = await other.api.logIn(host.port);
    const client = await LiveClient.open(other.url, await ticketOf(idle));
    client.watch(0);
    await client.picture();
    await Bun.sleep(400);
    show(0x00ff00);
    await client.untilColour(0x00ff00);
    client.socket.close();
    await other.lineWith("stream ended", "stream=live", "reason=client");
    await other.lineWith("host closed", "reason=idle");
  });
});

describe("a message", () => {
  test.each([
    ["no JSON", "{", undefined, "the body is not JSON"],
    ["a list", "[]", undefined, "the body is JSON, but not an object"],
    ["nothing", {}, undefined, "type is missing"],
    [
      "unknown",
      { type: "look" },
      undefined,
      "type is a text, wanted watch, unwatch, pointer, key, clipboard",
    ],
    [
      "without a view",
      { type: "watch", connection: 0 },
      undefined,
      "view Invalid input: expected number, received undefined",
    ],
    [
      "with a view that is too large",
      { type: "watch", view: 65536, connection: 0 },
      undefined,
      "view Too big: expected number to be <=65535",
    ],
    [
      "for another computer",
      { type: "watch", view: 5, connection: 1 },
      5,
      "connection 1 is none of the ticket's: it has connection 0",
    ],
    [
      "too fast",
      { type: "watch", view: 5, connection: 0, fps: 31 },
      undefined,
      "fps Too big: expected number to be <=30",
    ],
    [
      "for a screen that is not there",
      { type: "watch", view: 5, connection: 0, screen: 2 },
      5,
      "screen 2 is unknown: the host has one screen",
    ],
  ])("%s is answered, and the socket goes on", async (_what, message, view, details) => {
    const client = await open();
    client.send(message);
    const answer = await client.error();
    expect(answer.error).toEqual({ code: 1, details, message: "Invalid data" });
    expect(answer.view as number | undefined).toBe(view);
    client.watch(0);
    await client.picture();
  });

  test("that is binary is none", async () => {
    const client = await open();
    client.socket.send(new Uint8Array(3));
    expect(await client.error()).toMatchObject({
      error: { code: 1, details: "the message is binary, wanted a text" },
    });
  });

  test("too many of them end the socket", async () => {
    const client = await open();
    for (let i = 0; i < 6000; i++) client.send({ type: "unwatch", view: 1 });
    expect(await client.closed.promise).toBe("1008 over 1000 messages a second");
    await server.lineWith("stream ended", 'reason="over 1000 messages a second"');
  });

  test("views are limited", async () => {
    const client = await open();
    for (let view = 0; view <= 16; view++) client.watch(0, { view, fps: 1 });
    expect(await client.error()).toMatchObject({
      of: "watch",
      view: 16,
      error: { code: 7, details: expect.stringContaining("this socket has 16 views of 127.0.0.1") },
    });
    // One that takes the place of another needs none.
    client.watch(0, { view: 15, width: 16 });
    while ((await client.picture()).width !== 16);
  });
});

describe("hands", () => {
  /** What has come to a host, short: `+a` is a key that was pressed. */
  async function came(count: number, where = host): Promise<string[]> {
    await until(`${count} events of input`, () => where.input.all.length >= count);
    return where.input.all.map((input) =>
      input.kind === "key"
        ? `${input.isDown ? "+" : "-"}${input.keysym.toString(16)}`
        : `${input.x},${input.y} ${input.buttonMask}`,
    );
  }

  const hold = (client: LiveClient, connection = 0) => {
    client.send({ type: "pointer", connection, x: 10, y: 20, buttonMask: 1 });
    client.send({ type: "key", connection, key: "Shift", down: true });
  };

  test("point, type and copy, each on the computer that is named", async () => {
    const other = await start({ width, height });
    const { uid } = await server.api.logIn(other.port);
    const client = await open([session.uid, uid], "control");
    hold(client);
    client.send({ type: "pointer", connection: 0, x: 0.5, y: 1 / 3, buttons: 0 });
    client.send({ type: "key", connection: 1, text: "ä" });
    client.send({ type: "clipboard", connection: 1, text: "to be pasted" });
    expect(await came(3)).toEqual(["10,20 1", "+ffe1", "32,32 0"]);
    expect(await came(2, other)).toEqual(["+e4", "-e4"]);
    const copied = ({ feature }: { feature: string }) => feature === featureIds.clipboardExchange;
    await until("the clipboard", () => other.received.some(copied));
    await server.lineWith("control began", `host=127.0.0.1:${host.port}`, "by=live");
    expect(server.lines.join("\n")).not.toContain("pasted");
  });

  test("let go of what they hold when the socket is closed", async () => {
    const client = await open([session.uid], "control");
    hold(client);
    await came(2);
    client.socket.close();
    expect((await came(4)).slice(2).sort()).toEqual(["-ffe1", "10,20 0"]);
    await server.lineWith("control ended", "by=live");
  });

  test("are off a computer with its connection, and stay on the others", async () => {
    const other = await start({ width, height });
    const { uid } = await server.api.logIn(other.port);
    const client = await open([session.uid, uid], "control");
    hold(client, 0);
    hold(client, 1);
    await Promise.all([came(2), came(2, other)]);
    await session.close();
    expect((await came(4)).slice(2).sort()).toEqual(["-ffe1", "10,20 0"]);
    client.send({ type: "key", connection: 0, key: "a" });
    expect(await client.error()).toMatchObject({ of: "key", error: { code: 2 } });
    client.send({ type: "key", connection: 1, key: "Shift", down: false });
    expect(await came(3, other)).toEqual(["10,20 1", "+ffe1", "-ffe1"]);
  });

  test("of a client that is thrown out do nothing any more, whatever it sends", async () => {
    const client = await SlowLiveClient.open(server.url, await ticketOf(session, "control"));
    client.send({ type: "key", connection: 0, key: "Shift", down: true });
    await came(1);
    for (let i = 0; i < 6000; i++) client.send({ type: "unwatch", view: 1 });
    await server.lineWith("stream ended", 'reason="over 1000 messages a second"');
    expect(await came(2)).toEqual(["+ffe1", "-ffe1"]);
    // It does not say goodbye, and after a while it would not be too fast any more.
    await Bun.sleep(50);
    client.send({ type: "key", connection: 0, key: "Shift", down: true });
    client.send({ type: "watch", view: 0, connection: 0 });
    expect(client.picture()).rejects.toThrow("closed: \x03\xf0over 1000 messages a second");
    await Bun.sleep(100);
    expect(await came(2)).toEqual(["+ffe1", "-ffe1"]);
  });

  test.each([
    ["of a viewer", "view", {}, 6, "the ticket is for viewing: wanted one with scope control"],
    ["beside the screen", "control", { x: 64 }, 1, "x, y are 64, 1, wanted 0 to 63, 0 to 95"],
    ["nowhere", "control", { x: "1" }, 1, "x is a text, wanted a number"],
    ["elsewhere", "control", { connection: 3 }, 1, "connection 3 is none of the ticket's"],
  ] as const)("%s are refused", async (_who, scope, wrong, code, details) => {
    const client = await open([session.uid], scope);
    client.send({ type: "pointer", connection: 0, x: 1, y: 1, buttonMask: 1, ...wrong });
    expect(await client.error()).toMatchObject({
      of: "pointer",
      error: { code, details: expect.stringContaining(details) },
    });
    expect(host.input.all).toEqual([]);
  });

  test("on a host that is lost are told so", async () => {
    await host.vanish();
    await server.lineWith("host lost");
    const client = await open([session.uid], "control");
    client.send({ type: "key", connection: 0, key: "a" });
    expect(await client.error()).toMatchObject({ of: "key", error: { code: 8 } });
  });
});

describe("no socket", () => {
  test("without a ticket, with one that was used, and for HTTP", async () => {
    const ticket = await ticketOf(session);
    const first = await LiveClient.open(server.url, ticket);
    first.socket.close();
    for (const query of ["", `?ticket=${ticket}`, "?ticket=unknown"]) {
      const refused = new LiveClient(server.url, query);
      expect(await refused.closed.promise).toMatch(/^100[26]/);
    }
    expect(await session.get("live")).toMatchObject({ status: 426 });
  });

  test("beyond 64 of a connection, which is said in the end", async () => {
    await Promise.all(Array.from({ length: 64 }, () => open()));
    const refused = new LiveClient(server.url, `?ticket=${await ticketOf(session)}`);
    expect(await refused.closed.promise).toStartWith("1013 64 streams of this connection");
  });

  test("the header Connection-Uid is as good as a ticket", async () => {
    const client = new LiveClient(server.url, "", { "Connection-Uid": session.uid });
    await client.opened.promise;
    client.watch(0);
    await client.picture();
  });
});

describe("a viewer that", () => {
  const noisy = (seed: number) => {
    const pixel = noise(randomFrom(seed));
    return Uint32Array.from({ length: 640 * 480 }, (_, i) => pixel(i % 640, (i / 640) | 0));
  };
  const changes = 30;

  test("reads slowly gets fewer pictures, and the newest when it reads on", async () => {
    await arrange({ width: 640, height: 480 });
    const slow = await SlowLiveClient.open(server.url, await ticketOf(session));
    const quick = await open();
    slow.send({ type: "watch", view: 0, connection: 0, quality: 100, fps: 30 });
    quick.watch(0, { quality: 100, fps: 30 });
    await Promise.all([slow.picture(), quick.picture()]);
    slow.pause();
    for (let change = 1; change <= changes; change++) {
      host.screen.put(host.screen.bounds, noisy(change));
      await quick.picture();
    }
    show(0x00ff00);
    await quick.untilColour(0x00ff00);
    slow.resume();
    let count = 0;
    let last = await slow.picture();
    // The last one is of one colour, and small.
    while (last.runs[0].jpeg.length > 50_000) {
      count++;
      last = await slow.picture();
    }
    // What was on its way, and one more: each has several hundred KB.
    expect(count).toBeLessThanOrEqual(3);
    expect(last.runs).toMatchObject([{ firstRow: 0, rows: 480 }]);
  }, 60_000);

  test("stops reading costs bounded memory, and others nothing", async () => {
    await arrange({ width: 640, height: 480 });
    const stuck = await Promise.all(
      Array.from({ length: 5 }, async () =>
        SlowLiveClient.open(server.url, await ticketOf(session)),
      ),
    );
    for (const each of stuck) {
      for (let view = 0; view < 4; view++) {
        each.send({ type: "watch", view, connection: 0, quality: 100 - view, fps: 30 });
      }
      await each.picture();
      each.pause();
    }
    const quick = await open();
    quick.watch(0, { quality: 100, fps: 30 });
    await quick.picture();
    const round = async (count: number) => {
      for (let change = 0; change < count; change++) {
        host.screen.put(host.screen.bounds, noisy(change + Math.random()));
        await quick.picture();
      }
      Bun.gc(true);
      return process.memoryUsage.rss();
    };
    const before = await round(10);
    const after = await round(60);
    // As a queue they would have 60 * 20 * 300 KB.
    expect(after - before).toBeLessThan(100e6);
  }, 60_000);
});

describe("ten viewers of a screen", () => {
  test("have the host asked no more than one, and see the same", async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => open()));
    for (const client of clients) client.watch(0);
    await Promise.all(clients.map((client) => client.picture()));
    const before = host.updateRequests.incremental;
    for (const colour of [0xff0000, 0x00ff00, 0x0000ff]) {
      show(colour);
      await Promise.all(clients.map((client) => client.untilColour(colour)));
    }
    expect(host.updateRequests.incremental - before).toBeLessThanOrEqual(6);
  });
});

test("a ticket is in no line of the log", async () => {
  const ticket = await ticketOf(session);
  const client = await LiveClient.open(server.url, ticket);
  client.watch(0);
  await client.picture();
  client.socket.close();
  await server.lineWith("stream ended", "reason=client");
  expect(server.lines.join("\n")).not.toContain(ticket);
});
