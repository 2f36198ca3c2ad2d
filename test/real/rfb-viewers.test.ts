/** noVNC in a real browser, and other viewers of RFB, see and control a real computer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "bun:test";
import { type ApiServer, startServer } from "../sim/support/api-server.ts";
import type { ApiSession } from "../sim/support/api-client.ts";
import { onceOver, stopAll } from "../sim/support/fixture-host.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { untilPicture } from "../sim/support/framebuffer.ts";
import { startRfbBridge } from "./support/rfb-bridge.ts";
import { ticketOf } from "../sim/support/tickets.ts";
import { chromium } from "../support/browser.ts";
import { decodePng } from "../unit/image/decoders.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { desktopPicture } from "./support/desktop-pictures.ts";
import { drawDesktop } from "./support/desktop.ts";
import { NoVnc } from "./support/no-vnc.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./support/own-directory.ts";
import { decodePicture, differentPixels, type Picture } from "./support/picture.ts";
import { startProcess } from "./support/real-process.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";
import { startXev } from "./support/x-events.ts";
import { startXServer } from "./support/x-server.ts";

afterEach(stopAll);

const captureProgram = Bun.which("gvnccapture");
const tigerVnc = Bun.which("xtigervncviewer");
const lacking = [
  ...missing,
  ...(chromium === null ? ["chromium"] : []),
  ...["xev", "xclip"].filter((program) => Bun.which(program) === null),
];
/** Of display 0. */
const firstRfbPort = 5900;
const size = { width: 640, height: 480 };

let host: VeyonHost;
let server: ApiServer;
let session: ApiSession;

async function arrange(): Promise<void> {
  host = await startHost({ size });
  server = await startServer();
  session = await server.api.logIn(host.port, await keyLogin());
  await untilPicture(session);
}

const rfbUrl = async (scope: "view" | "control") =>
  `${server.url.replace("http", "ws")}/api/v1/live/rfb?ticket=${await ticketOf(session, scope)}`;

async function openNoVnc(scope: "view" | "control"): Promise<NoVnc> {
  return NoVnc.open(await rfbUrl(scope));
}

/**
 * What JPEG at the quality that noVNC asks for changes of sharp text at most; other screens differ
 * by 50 and more.
 */
const lossMax = 4;

/** By how much the colours differ, of 255, on average. */
function meanDifference(a: Picture, b: Picture): number {
  if (a.pixels.length !== b.pixels.length) return 255;
  let sum = 0;
  for (const [index, pixel] of a.pixels.entries()) {
    for (const shift of [0, 8, 16]) {
      sum += Math.abs(((pixel >> shift) & 255) - ((b.pixels[index] >> shift) & 255));
    }
  }
  return sum / (3 * a.pixels.length);
}

const untilShown = (noVnc: NoVnc, what: string) =>
  until(what, async () => {
    const [shown, real] = [await noVnc.picture(), await host.screen.screenshot()];
    return meanDifference(shown, real) < lossMax;
  });

test.skipIf(lacking.length > 0)(
  title("noVNC shows the screen of a real host, and what changes on it"),
  async () => {
    await arrange();
    const noVnc = await openNoVnc("view");
    for (const kind of ["mixed", "text", "photo"] as const) {
      await drawDesktop(host.screen, await desktopPicture(kind, size.width, size.height));
      await untilShown(noVnc, kind);
    }
    await until("a pointer", async () => (await noVnc.pointer()).startsWith('url("data:image/'));
  },
  60_000,
);

test.skipIf(lacking.length > 0)(
  title("noVNC clicks and types on a real host, and lets go when its page is left"),
  async () => {
    await arrange();
    const xev = await startXev(host);
    const noVnc = await openNoVnc("control");
    await untilShown(noVnc, "xev");
    await noVnc.mouse("mouseMoved", 200, 200);
    await noVnc.mouse("mousePressed", 200, 200);
    await noVnc.mouse("mouseReleased", 200, 200);
    await noVnc.key("keyDown", "a", "KeyA");
    await noVnc.key("keyUp", "a", "KeyA");
    await noVnc.key("keyDown", "b", "KeyB");
    await noVnc.mouse("mousePressed", 200, 200);
    const held = [
      "ButtonPress 1",
      "ButtonRelease 1",
      "KeyPress a",
      "KeyRelease a",
      "KeyPress b",
      "ButtonPress 1",
    ];
    await until("click and keys", () => xev.events().length >= held.length);
    expect(xev.events()).toEqual(held);
    await noVnc.browser.open("about:blank");
    await until("what is let go of", () => xev.events().length >= held.length + 2);
    expect(xev.events()).toEqual([...held, "KeyRelease b", "ButtonRelease 1"]);
    await server.lineWith("control ended", "by=rfb");
  },
  60_000,
);

test.skipIf(lacking.length > 0)(
  title("a key that is down on a real host is let go of when its connection is closed"),
  async () => {
    await arrange();
    const xev = await startXev(host);
    const noVnc = await openNoVnc("control");
    await noVnc.mouse("mouseMoved", 200, 200);
    await noVnc.browser.evaluate("rfb.focus()");
    await noVnc.key("keyDown", "b", "KeyB");
    await until("the key", () => xev.events().includes("KeyPress b"));
    await session.close();
    await until("its release", () => xev.events().includes("KeyRelease b"));
    await until("the end", async () => (await noVnc.heard()).includes("disconnect true"));
  },
  60_000,
);

test.skipIf(lacking.length > 0)(
  title("what is copied in noVNC comes to a real host, and back"),
  async () => {
    await arrange();
    const noVnc = await openNoVnc("control");
    await noVnc.browser.evaluate('rfb.clipboardPasteFrom("ä € α")');
    await until("the text on the host", async () => {
      const xclip = Bun.spawn(["xclip", "-selection", "clipboard", "-o"], {
        env: host.env,
        stderr: "ignore",
      });
      return (await new Response(xclip.stdout).text()) === "ä € α";
    });
    const copy = Bun.spawn(["xclip", "-selection", "clipboard", "-i"], {
      env: host.env,
      stdin: new Blob(["ß\nω"]),
      stdout: "ignore",
      stderr: "ignore",
    });
    await copy.exited;
    await until("the text in noVNC", async () => (await noVnc.heard()).includes("clipboard ß\nω"));
  },
  60_000,
);

test.skipIf(missing.length > 0 || captureProgram === null)(
  title("gvnccapture of GTK-VNC, behind a bridge, sees a real host to the pixel"),
  async () => {
    await arrange();
    await drawDesktop(host.screen, await desktopPicture("mixed", size.width, size.height));
    await until("the desktop", async () => {
      const { bytes } = await session.get("framebuffer?format=png");
      return differentPixels(decodePng(bytes), await host.screen.screenshot()) === 0;
    });
    const port = await startRfbBridge(() => rfbUrl("view"));
    const directory = makeOwnDirectory("gvnccapture");
    onceOver(() => removeOwnDirectory(directory));
    const file = join(directory, "screen.png");
    const display = `127.0.0.1:${port - firstRfbPort}`;
    const capture = Bun.spawn([captureProgram!, display, file], { stdout: "ignore" });
    expect(await capture.exited).toBe(0);
    const captured = await decodePicture(readFileSync(file));
    expect(differentPixels(captured, await host.screen.screenshot())).toBe(0);
  },
  60_000,
);

test.skipIf(missing.length > 0 || tigerVnc === null)(
  title("TigerVNC, behind a bridge, sees and controls a real host"),
  async () => {
    await arrange();
    const xev = await startXev(host);
    const port = await startRfbBridge(() => rfbUrl("control"));
    const directory = makeOwnDirectory("tigervnc");
    onceOver(() => removeOwnDirectory(directory));
    const x = await startXServer(directory, { width: 800, height: 600 });
    onceOver(() => x.stop());
    const viewer = await startProcess({
      name: "tigervnc",
      command: [tigerVnc!, "-RemoteResize=0", `127.0.0.1::${port}`],
      env: { DISPLAY: `:${x.display}`, HOME: directory, PATH: "/usr/bin:/bin" },
      directory,
      shareMemoryWith: x.process,
    });
    onceOver(() => viewer.stop());
    const window = await until("its window", async () =>
      (await x.screen.windows()).find(({ width }) => width === size.width),
    );
    await until("the screen of the host", async () => {
      const shown = await x.screen.screenshot();
      return meanDifference(crop(shown, window), await host.screen.screenshot()) < lossMax;
    });
    await x.screen.click(window.x + 200, window.y + 200);
    await until("a click", () => xev.events().length === 2);
    expect(xev.events()).toEqual(["ButtonPress 1", "ButtonRelease 1"]);
  },
  60_000,
);

function crop(picture: Picture, { x, y, width, height }: Rect): Picture {
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * picture.width + x;
    pixels.set(picture.pixels.subarray(start, start + width), row * width);
  }
  return { width, height, pixels };
}
