/** The picture is the host's screen to the pixel, in each encoding that a host may send. */
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "bun:test";
import { Encoding } from "../../src/rfb/encodings.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { SimScreen } from "../../src/sim/sim-screen.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { noise, photo, randomFrom, text } from "../support/pictures.ts";
import { startServer } from "./support/api-server.ts";
import { paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { untilPicture, untilShown } from "./support/framebuffer.ts";
import { forwardTo } from "./support/ports.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const { Raw, CopyRect, Hextile, Zlib, Tight, Zrle } = Encoding;
const richCursor = Encoding.RichCursor;

/** The encodings of all rectangles that the host sends, from now on. */
function recordEncodings(host: SimHost): Set<number> {
  const encodings = new Set<number>();
  host.intercept = (step, bytes) => {
    if (step === "framebufferUpdate") {
      encodings.add(new DataView(bytes.buffer, bytes.byteOffset).getInt32(12));
      encodings.add(encodingOf(bytes));
    }
    return bytes;
  };
  return encodings;
}

/**
 * Of an update's first rectangle behind that of the cursor, which has 8x6 pixels, if that comes
 * first.
 */
function encodingOf(update: Uint8Array): number {
  const view = new DataView(update.buffer, update.byteOffset);
  const first = view.getInt32(12);
  const cursorBytes = 12 + 8 * 6 * 4 + 6;
  return first === richCursor && view.getUint16(2) > 1 ? view.getInt32(12 + cursorBytes) : first;
}

function paint(screen: SimScreen, painter: typeof text, seed: number): void {
  const pixel = painter(randomFrom(seed));
  const pixels = new Uint32Array(screen.width * screen.height);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = pixel(i % screen.width, Math.floor(i / screen.width)) & 0xffffff;
  }
  screen.put(screen.bounds, pixels);
}

describe.each([
  ["Raw", Raw, "4.7.5"],
  ["Hextile", Hextile, "4.7.5"],
  ["Zlib", Zlib, "4.7.5"],
  ["ZRLE", Zrle, "4.7.5"],
  ["ZRLE", Zrle, "4.11.1"],
  ["ZRLE", Zrle, "5.0"],
  ["Tight", Tight, "4.11.1"],
])("%s (%i) from Veyon %s", (_, encoding, version) => {
  test("from the first picture on, through changes, copies and other sizes", async () => {
    const host = await start({ version, width: 200, height: 150 });
    const { screen } = host;
    paintTestPicture(screen);
    const encodings = recordEncodings(host);
    const { api } = await startServer({}, { encodings: [encoding, CopyRect] });
    const session = await api.logIn(host.port);
    await untilShown(session, screen);

    screen.fill({ x: 3, y: 5, width: 17, height: 1 }, 0xff8000);
    screen.fill({ x: 199, y: 149, width: 1, height: 1 }, 0x00ff01);
    await untilShown(session, screen);
    screen.copy({ x: 40, y: 20, width: 100, height: 100 }, { x: 30, y: 25 });
    await untilShown(session, screen);
    for (const [seed, painter] of [text, photo, noise].entries()) {
      paint(screen, painter, seed);
      await untilShown(session, screen);
    }
    for (const [width, height] of [
      [311, 97],
      [1, 1],
      [65, 129],
    ]) {
      screen.resize(width, height);
      paint(screen, text, width);
      await untilShown(session, screen);
    }
    expect(encodings).toEqual(new Set([richCursor, encoding, CopyRect, Encoding.DesktopSize]));
  });
});

test("many small changes, one after another", async () => {
  const host = await start({ width: 128, height: 96 });
  const { api } = await startServer({}, { encodings: [Zrle, CopyRect] });
  const session = await api.logIn(host.port);
  const random = randomFrom(1);
  const below = (end: number) => Math.floor(random() * end);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 30; i++) {
      const rect = { x: below(128), y: below(96), width: 1 + below(40), height: 1 + below(30) };
      host.screen.fill(rect, below(0x1000000));
      if (i % 10 === 0) await session.get("framebuffer");
    }
    await untilShown(session, host.screen);
  }
});

describe("what is asked for", () => {
  test("of a host on the same computer is no compression at all", async () => {
    const host = await start();
    const encodings = recordEncodings(host);
    await untilPicture(await (await startServer()).api.logIn(host.port));
    expect(encodings).toEqual(new Set([richCursor, Raw]));
  });

  test("of one with a larger screen is ZRLE, from the change of size on", async () => {
    const host = await start();
    const encodings = recordEncodings(host);
    const session = await (await startServer()).api.logIn(host.port);
    await untilPicture(session);
    expect(encodings).toEqual(new Set([richCursor, Raw]));
    encodings.clear();
    host.screen.resize(3840, 2161);
    host.screen.fill(host.screen.bounds, 0xabcdef);
    await until("the new size", async () => {
      const { pixels } = decodePng((await untilPicture(session, "?width=4&height=4")).bytes);
      return pixels[0] === 0xabcdef;
    });
    expect(encodings).toEqual(new Set([Encoding.DesktopSize, Zrle]));
    encodings.clear();
    host.screen.resize(100, 100);
    host.screen.fill(host.screen.bounds, 0xfedcba);
    await untilShown(session, host.screen);
    expect(encodings).toEqual(new Set([Encoding.DesktopSize, Raw]));
  });

  test("after two failures is the other way", async () => {
    const host = await start();
    paintTestPicture(host.screen);
    host.intercept = (step, bytes) => {
      if (step !== "framebufferUpdate") return bytes;
      return encodingOf(bytes) === Raw ? "close" : bytes;
    };
    const server = await startServer();
    const session = await server.api.logIn(host.port);
    await until("a picture", async () => (await session.get("framebuffer")).status === 200, 20_000);
    await untilShown(session, host.screen);
    expect(server.lines.filter((line) => line.includes("host lost"))).toHaveLength(2);
  });

  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address;
  // A computer without a network has no address that is not its own.
  for (const address of own === undefined ? [] : [own]) {
    test(`of a host in the network (${address}) is ZRLE`, async () => {
      const host = await start();
      paintTestPicture(host.screen);
      const encodings = recordEncodings(host);
      const port = await forwardTo(host.port, address);
      const session = await (await startServer()).api.logIn(`${address}:${port}`);
      await untilShown(session, host.screen);
      expect(encodings).toEqual(new Set([richCursor, Zrle]));
    });
  }
});

test("the mouse pointer is not in the picture", async () => {
  const host = await start();
  const encodings = recordEncodings(host);
  const session = await (await startServer()).api.logIn(host.port);
  await untilShown(session, host.screen);
  expect(host.screen.pixels.every((pixel) => pixel === 0)).toBeTrue();
  expect(encodings.has(richCursor)).toBeTrue();
});
