/** GET framebuffer/stream: pictures as they change, each viewer at its own pace. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { noise, randomFrom } from "../support/pictures.ts";
import { decodePng, decodeWithBun } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { shows, untilPicture } from "./support/framebuffer.ts";
import { PictureStream, type StreamPart } from "./support/picture-stream.ts";
import { ticketOf } from "./support/tickets.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const stopMaxMs = 5000;

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

async function arrange(width = 64, height = 48): Promise<void> {
  host = await start({ width, height });
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilPicture(session);
}

beforeEach(() => arrange());

const open = (query = "", uid: string | undefined = session.uid) =>
  PictureStream.open(server.url, `framebuffer/stream${query}`, uid);

/** The whole screen in one colour. */
function show(colour: number): void {
  host.screen.fill(host.screen.bounds, colour);
}

function colourOf(part: StreamPart | null): number {
  return decodePng(part!.bytes).pixels[0];
}

describe("a stream", () => {
  test("begins with the picture that is there, and goes on with each that is new", async () => {
    const stream = await open("?format=png");
    expect(stream.status).toBe(200);
    expect(stream.response.headers).toMatchObject({
      "content-type": "multipart/x-mixed-replace; boundary=frame",
      "cache-control": "no-store",
    });
    expect(shows((await stream.next())!.bytes, host.screen)).toBeTrue();
    for (const colour of [0x112233, 0x445566, 0x778899]) {
      show(colour);
      const part = await stream.next();
      expect(part!.contentType).toBe("image/png");
      expect(colourOf(part)).toBe(colour);
    }
  });

  test("has no picture of a screen that stands still, whatever the host sends", async () => {
    const stream = await open("?format=png&fps=30");
    await stream.next();
    const { incremental } = host.updateRequests;
    for (let again = 1; again <= 3; again++) {
      host.screen.put(host.screen.bounds, host.screen.pixels.slice());
      await until("an update", () => host.updateRequests.incremental >= incremental + again);
    }
    show(0x010203);
    expect(colourOf(await stream.next())).toBe(0x010203);
    expect(stream.waiting).toBe(0);
  });

  test("is of JPEG unless it is told otherwise, in the size and quality that are wanted", async () => {
    host.screen.put(
      host.screen.bounds,
      new Uint32Array(64 * 48).map((_, i) => i * 7919),
    );
    const parts = await Promise.all(
      ["", "?quality=10&width=32", "?format=png&height=24"].map(async (query) =>
        (await open(query)).next(),
      ),
    );
    expect(parts.map((part) => part!.contentType)).toEqual([
      "image/jpeg",
      "image/jpeg",
      "image/png",
    ]);
    const sizes = await Promise.all(parts.map((part) => decodeWithBun(part!.bytes)));
    expect(sizes.map(({ width }) => width)).toEqual([64, 32, 32]);
  });

  test("may show one of several screens, and nothing of what changes on another", async () => {
    host.features.screens = [
      { name: "a", x: 0, y: 0, width: 32, height: 48 },
      { name: "b", x: 32, y: 0, width: 32, height: 48 },
    ];
    await until(
      "two screens",
      async () => (await session.get("framebuffer?screen=2")).status === 200,
    );
    const stream = await open("?format=png&screen=2");
    expect(decodePng((await stream.next())!.bytes).width).toBe(32);
    const { incremental } = host.updateRequests;
    host.screen.fill({ x: 0, y: 0, width: 32, height: 48 }, 0xff0000);
    await until("an update", () => host.updateRequests.incremental > incremental);
    host.screen.fill({ x: 40, y: 0, width: 24, height: 48 }, 0x00ff00);
    const { pixels } = decodePng((await stream.next())!.bytes);
    expect([pixels[0], pixels[31]]).toEqual([0, 0x00ff00]);
  });

  test("has the host asked at its pace, and no faster", async () => {
    const stream = await open("?format=png&fps=20");
    await stream.next();
    const before = host.updateRequests.incremental;
    const startedMs = performance.now();
    for (let colour = 1; colour <= 40; colour++) {
      show(colour);
      // Many changes come between two pictures.
      await Bun.sleep(5);
    }
    while (colourOf(await stream.next()) !== 40);
    const elapsedMs = performance.now() - startedMs;
    // Forty, were there no pace; a timer that is late may be followed by one in time.
    expect(host.updateRequests.incremental - before).toBeLessThanOrEqual(elapsedMs / 25 + 3);
  });

  test("of ten viewers has the host asked no more than that of one", async () => {
    const streams = await Promise.all(Array.from({ length: 10 }, () => open("?format=png")));
    await Promise.all(streams.map((stream) => stream.next()));
    const before = host.updateRequests.incremental;
    for (let colour = 1; colour <= 5; colour++) {
      show(colour);
      const parts = await Promise.all(streams.map((stream) => stream.next()));
      expect(new Set(parts.map(colourOf))).toEqual(new Set([colour]));
    }
    expect(host.updateRequests.incremental - before).toBeLessThanOrEqual(6);
    expect(host.updateRequests.whole).toBe(1);
  });

  test("is over when its viewer has gone", async () => {
    const stream = await open("?format=png");
    await stream.next();
    stream.close();
    await server.lineWith("stream ended", "reason=client", "stream=framebuffer", "connection=1");
  });
});

describe("a viewer that reads slowly", () => {
  test("gets fewer pictures, and the newest when it reads on", async () => {
    await arrange(640, 480);
    const paint = (seed: number) => {
      const pixel = noise(randomFrom(seed));
      return Uint32Array.from({ length: 640 * 480 }, (_, i) => pixel(i % 640, (i / 640) | 0));
    };
    const [slow, quick] = await Promise.all([
      open("?format=png&compression=1&fps=30"),
      open("?format=png&compression=1&fps=30"),
    ]);
    await Promise.all([slow.next(), quick.next()]);
    slow.response.pause();
    const pictures = [paint(1), paint(2)];
    const changes = 30;
    for (let change = 1; change <= changes; change++) {
      pictures[change % 2][0] = change;
      host.screen.put(host.screen.bounds, Uint32Array.from(pictures[change % 2]));
      while (colourOf(await quick.next()) !== change);
    }
    slow.response.resume();
    let count = 1;
    while (colourOf(await slow.next()) !== changes) count++;
    // What the system takes for it, and no more: each has 900 KB.
    expect(count).toBeLessThan(changes / 2);
  }, 30_000);
});

describe("a stream goes on", () => {
  test("when the screen changes its size", async () => {
    const stream = await open("?format=png");
    await stream.next();
    host.screen.resize(80, 20);
    show(0x00ff00);
    const { width, height, pixels } = decodePng((await stream.next())!.bytes);
    expect([width, height, pixels[0]]).toEqual([80, 20, 0x00ff00]);
  });

  test("when the host vanishes and comes back", async () => {
    const stream = await open("?format=png");
    await stream.next();
    await host.vanish();
    await server.lineWith("host lost");
    show(0x0000ff);
    await host.appear();
    expect(colourOf(await stream.next())).toBe(0x0000ff);
    show(0x00ff00);
    expect(colourOf(await stream.next())).toBe(0x00ff00);
  });

  test("when its connection would be idle", async () => {
    const other = await startServer({ connectionIdleTimeoutMs: 300 });
    const idle = await other.api.logIn(host.port);
    const path = "framebuffer/stream?format=png";
    const stream = await PictureStream.open(other.url, path, idle.uid);
    await stream.next();
    await Bun.sleep(500);
    show(0x0a0b0c);
    expect(colourOf(await stream.next())).toBe(0x0a0b0c);
    stream.close();
    await other.lineWith("host closed", "reason=idle");
  });
});

describe("a stream ends", () => {
  test("with its connection", async () => {
    const stream = await open();
    await stream.next();
    await session.close();
    expect(await stream.next()).toBeNull();
    await server.lineWith("stream ended", "reason=DELETE", `host=127.0.0.1:${host.port}`);
  });

  test("with the lifetime of its connection", async () => {
    const other = await startServer({ connectionLifetimeMs: 400 });
    const short = await other.api.logIn(host.port);
    const stream = await PictureStream.open(other.url, "framebuffer/stream", short.uid);
    expect(stream.status).toBe(200);
    await stream.ended();
    await other.lineWith("stream ended", "reason=lifetime");
  });

  test("with the server, within 5 s, also when its viewer reads nothing", async () => {
    await arrange(640, 480);
    const [reading, stuck] = await Promise.all([open(), open("?format=png&compression=1")]);
    await Promise.all([reading.next(), stuck.next()]);
    stuck.response.pause();
    const pixel = noise(randomFrom(1));
    for (let i = 0; i < 10; i++) {
      const pixels = Uint32Array.from({ length: 640 * 480 }, () => pixel(i, i));
      host.screen.put(host.screen.bounds, pixels);
      await reading.next();
    }
    const startedMs = performance.now();
    await server.stop();
    expect(performance.now() - startedMs).toBeLessThan(stopMaxMs);
    await reading.ended();
    const ended = server.lines.filter((line) => line.includes('event="stream ended"'));
    expect(ended.map((line) => /reason=(\S+)/.exec(line)![1])).toEqual(["shutdown", "shutdown"]);
  }, 15_000);
});

describe("a ticket", () => {
  test("opens one stream, and is in no line of the log", async () => {
    const ticket = await ticketOf(session);
    const stream = await open(`?format=png&ticket=${ticket}`, "");
    expect(stream.status).toBe(200);
    expect(shows((await stream.next())!.bytes, host.screen)).toBeTrue();
    const again = await open(`?ticket=${ticket}`, "");
    expect([again.status, JSON.parse(await again.text())]).toEqual([
      401,
      {
        error: {
          code: 2,
          details: "the ticket has been used: each opens one stream",
          message: "Invalid connection",
        },
      },
    ]);
    await until("its line", () => server.lines.some((line) => line.includes("status=401")));
    expect(server.lines.join("\n")).not.toContain(ticket);
    expect(server.lines.join("\n")).not.toContain("ticket=");
  });

  test("for several connections shows none of them", async () => {
    const other = await server.api.logIn(host.port);
    const ticket = await ticketOf(session, "view", [session.uid, other.uid]);
    const stream = await open(`?ticket=${ticket}`, "");
    expect(stream.status).toBe(400);
    expect(await stream.text()).toContain("the ticket is for 2 connections");
  });

  test("opens nothing when its connection has been closed", async () => {
    const ticket = await ticketOf(session);
    await session.close();
    const stream = await open(`?ticket=${ticket}`, "");
    expect(stream.status).toBe(401);
    expect(await stream.text()).toContain("the connection is closed by DELETE authentication");
  });
});

describe("no stream", () => {
  test.each([
    ["", "", 401, 2, "the header Connection-Uid is missing, and so is a ticket"],
    ["?ticket=", undefined, 401, 2, "the ticket is unknown"],
    ["?format=gif", undefined, 503, 9, "Unsupported image format"],
    ["?screen=2", undefined, 400, 1, "screen 2 is unknown: the host has one screen"],
    ["?width=20000&height=9", undefined, 500, 11, "wanted sides of 1 to 16384 pixels"],
  ])("%j", async (query, uid, status, code, details) => {
    const headers = uid === "" ? {} : { uid: session.uid };
    const answer = await server.api.get(`framebuffer/stream${query}`, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`"code":${code}`);
    expect(answer.text).toContain(details);
  });

  test("of a host that is gone", async () => {
    await host.vanish();
    await server.lineWith("host lost");
    const answer = await session.get("framebuffer/stream");
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "1"]);
  });

  test("for HEAD", async () => {
    expect((await server.api.request("HEAD", "framebuffer/stream")).status).toBe(404);
  });

  test("beyond 64 of a connection", async () => {
    const streams = await Promise.all(Array.from({ length: 64 }, () => open()));
    expect(streams.every(({ status }) => status === 200)).toBeTrue();
    const answer = await session.get("framebuffer/stream");
    expect([answer.status, answer.text]).toEqual([
      429,
      expect.stringContaining("64 streams of this connection"),
    ]);
  });
});
