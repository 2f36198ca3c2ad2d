/** A picture shows one moment of the host's screen, all of it, or there is none. */
import { afterEach, describe, expect, test } from "bun:test";
import { Encoding } from "../../src/rfb/encodings.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { firstDifference } from "../support/pictures.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { untilPicture, untilShown } from "./support/framebuffer.ts";
import { gateAt } from "./support/misbehaviours.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

test("error 10 until the first update is complete", async () => {
  const host = await start({ width: 300, height: 200 });
  paintTestPicture(host.screen);
  const rest = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  host.intercept = async (step, bytes, connection) => {
    if (step !== "framebufferUpdate") return bytes;
    await connection.write(bytes.subarray(0, bytes.length - 1));
    begun.resolve();
    await rest.promise;
    return bytes.subarray(bytes.length - 1);
  };
  const session = await (await startServer()).api.logIn(host.port);
  await begun.promise;
  const answers = [await session.get("framebuffer"), await session.get("framebuffer?format=jpeg")];
  for (const answer of answers) {
    expectError(answer, "FramebufferNotAvailable", "not sent every pixel");
    expect(answer.headers.get("Retry-After")).toBe("1");
  }
  rest.resolve();
  await untilShown(session, host.screen);
});

describe("a picture that is asked for right after the login", () => {
  async function logInBeforeThePicture() {
    const { intercept, reached, open } = gateAt("framebufferUpdate");
    const host = await start({ intercept });
    paintTestPicture(host.screen);
    const server = await startServer();
    const session = await server.api.logIn(host.port);
    await reached;
    return { host, server, session, open };
  }

  test("is the answer, since the first one is waited for", async () => {
    const { host, session, open } = await logInBeforeThePicture();
    const asked = session.get("framebuffer");
    // Answered after that request has come.
    await session.get("user");
    open();
    const answer = await asked;
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    expect(decodePng(answer.bytes).pixels).toEqual(host.screen.pixels);
  });

  test("is error 2 when the connection is closed meanwhile, and says why", async () => {
    const { session } = await logInBeforeThePicture();
    const asked = session.get("framebuffer");
    await session.get("user");
    await session.close();
    expectError(await asked, "InvalidConnection", "closed by DELETE");
  });

  test("is error 10 when the host is lost meanwhile", async () => {
    const { host, session } = await logInBeforeThePicture();
    const asked = session.get("framebuffer");
    await session.get("user");
    await host.vanish();
    expectError(await asked, "FramebufferNotAvailable", /connection|reset|closed/i);
  });

  test("costs nothing once its client has gone", async () => {
    const { server, session } = await logInBeforeThePicture();
    const waits: number[] = [];
    for (const path of ["framebuffer", "framebuffer?width=5", "framebuffer?height=5"]) {
      const caller = new AbortController();
      const asked = server.api.get(path, { uid: session.uid, signal: caller.signal });
      await session.get("user");
      caller.abort();
      await expect(asked).rejects.toThrow();
      const answered = await until("its end", () =>
        server.lines.filter((line) => line.includes("path=/api/v1/framebuffer ")).at(waits.length),
      );
      waits.push(Number(/ms=([\d.]+)/.exec(answered)![1]));
    }
    // On a busy machine one or two may be noticed late.
    expect(Math.min(...waits)).toBeLessThan(1000);
  });
});

test("half an update changes nothing", async () => {
  const host = await start({ width: 300, height: 200 });
  paintTestPicture(host.screen);
  const session = await (await startServer()).api.logIn(host.port);
  await untilShown(session, host.screen);
  const before = decodePng((await untilPicture(session)).bytes).pixels;
  const rest = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  host.intercept = async (step, bytes, connection) => {
    if (step !== "framebufferUpdate") return bytes;
    const half = Math.floor(bytes.length / 2);
    await connection.write(bytes.subarray(0, half));
    begun.resolve();
    await rest.promise;
    return bytes.subarray(half);
  };
  host.screen.fill(host.screen.bounds, 0x123456);
  await begun.promise;
  for (let i = 0; i < 3; i++) {
    expect(decodePng((await untilPicture(session)).bytes).pixels).toEqual(before);
  }
  rest.resolve();
  await untilShown(session, host.screen);
});

test("pictures taken while the screen changes show one moment of it each", async () => {
  const host = await start({ width: 1600, height: 1200 });
  const { screen } = host;
  // Green and blue are a lot of work to paint; red tells one moment from another.
  const pattern = Uint32Array.from({ length: 1600 * 1200 }, (_, i) => (i * 2654435761) & 0xffff);
  const paint = (red: number) => {
    screen.put(
      screen.bounds,
      pattern.map((pixel) => pixel | (red << 16)),
    );
  };
  const { api } = await startServer({}, { encodings: [Encoding.Zrle] });
  const session = await api.logIn(host.port);
  paint(1);
  await untilShown(session, screen);

  const moments = new Set<number>();
  let red = 1;
  let width = 10;
  const watchers = Array.from({ length: 4 }, async () => {
    while (moments.size < 6) {
      // Always another size, so that each picture is made from the screen as it is now.
      const size = `width=${width++}&height=300`;
      const { bytes } = await session.get(`framebuffer?${size}&compression=1`);
      const reds = new Set(decodePng(bytes).pixels.map((pixel) => pixel >>> 16));
      expect([...reds]).toHaveLength(1);
      moments.add([...reds][0]);
      if (reds.has(red)) paint(++red);
    }
  });
  await Promise.all(watchers);
});

test("after a change of size the old picture stays until the new one is whole", async () => {
  const host = await start();
  paintTestPicture(host.screen);
  const session = await (await startServer()).api.logIn(host.port);
  await untilShown(session, host.screen);
  const size = gateAt("framebufferUpdate");
  host.intercept = size.intercept;
  const old = host.screen.pixels;
  host.screen.resize(100, 30);
  host.screen.fill(host.screen.bounds, 0xabcdef);
  await size.reached;
  const pixels = gateAt("framebufferUpdate");
  host.intercept = pixels.intercept;
  size.open();
  await pixels.reached;
  const shown = decodePng((await untilPicture(session)).bytes);
  expect([shown.width, shown.height]).toEqual([64, 48]);
  expect(shown.pixels).toEqual(old);
  pixels.open();
  await untilShown(session, host.screen);
});

describe("a host that sends its screen in parts", () => {
  /** Something that moves all the time, as fast as it can be sent. */
  function keepChanging(host: SimHost, everyMs: number): void {
    let colour = 0;
    const timer = setInterval(() => {
      host.screen.fill({ x: 1, y: 1, width: 5, height: 5 }, (colour += 0x010203) & 0xffffff);
    }, everyMs);
    onceOver(() => clearInterval(timer));
  }

  test.each([5, 200, 500])(
    "shows all of it at first, whatever changes every %d ms",
    async (everyMs) => {
      const host = await start({ screenSent: "in parts" });
      paintTestPicture(host.screen);
      keepChanging(host, everyMs);
      const session = await (await startServer()).api.logIn(host.port);
      const { bytes } = await untilPicture(session);
      const { width, height, pixels } = decodePng(bytes);
      expect([width, height]).toEqual([64, 48]);
      expect(pixels.slice(10 * 64)).toEqual(host.screen.pixels.slice(10 * 64));
    },
  );

  test.each([5, 200, 500])(
    "and after a change of size, whatever changes every %d ms",
    async (everyMs) => {
      const host = await start({ screenSent: "in parts" });
      paintTestPicture(host.screen);
      const session = await (await startServer()).api.logIn(host.port);
      await untilShown(session, host.screen);
      keepChanging(host, everyMs);
      host.screen.resize(96, 72);
      paintTestPicture(host.screen);
      await until("the new size", async () => {
        const { width, height, pixels } = decodePng((await untilPicture(session)).bytes);
        const below = 10 * 96;
        return (
          `${width}x${height}` === "96x72" &&
          firstDifference(pixels.slice(below), host.screen.pixels.slice(below)) === -1
        );
      });
    },
  );

  test("is asked for the whole screen at once after a change of size", async () => {
    const host = await start();
    const session = await (await startServer()).api.logIn(host.port);
    await untilShown(session, host.screen);
    const { whole } = host.updateRequests;
    host.screen.resize(96, 72);
    await untilShown(session, host.screen);
    expect(host.updateRequests.whole).toBe(whole + 1);
  });
});

describe("a host that never sends its whole screen", () => {
  test("does not set the pace of our requests", async () => {
    const host = await start({ screenSent: "never whole" });
    const session = await (await startServer()).api.logIn(host.port);
    await until("the third request for all", () => host.updateRequests.whole >= 3);
    expect(host.updateRequests.incremental).toBeLessThan(60);
    expectError(await session.get("framebuffer"), "FramebufferNotAvailable");
  });

  test("is not shown as it was before its size has changed", async () => {
    const host = await start();
    paintTestPicture(host.screen);
    const session = await (await startServer()).api.logIn(host.port);
    await untilShown(session, host.screen);
    host.intercept = (step, bytes) => (step === "framebufferUpdate" ? withoutPixels(bytes) : bytes);
    host.screen.resize(96, 72);
    const { status } = await session.get("framebuffer");
    expect(status).toBe(200);
    const answer = await until("the end of the old picture", async () => {
      const last = await session.get("framebuffer");
      return last.status !== 200 && last;
    });
    expectError(answer, "FramebufferNotAvailable");
  });

  /**
   * An update without rectangles in place of one with pixels; that of the new size goes through.
   */
  function withoutPixels(update: Uint8Array): Uint8Array {
    const encoding = new DataView(update.buffer, update.byteOffset).getInt32(12);
    return encoding < 0 ? update : Uint8Array.of(0, 0, 0, 0);
  }
});
