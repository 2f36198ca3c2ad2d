/** noVNC, in a real browser, sees and controls a real computer. */
import { afterEach, expect, test } from "bun:test";
import { type ApiServer, startServer } from "../sim/support/api-server.ts";
import type { ApiSession } from "../sim/support/api-client.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { untilPicture } from "../sim/support/framebuffer.ts";
import { ticketOf } from "../sim/support/tickets.ts";
import { chromium } from "../support/browser.ts";
import { keyLogin, startHost } from "./support/both-servers.ts";
import { desktopPicture } from "./support/desktop-pictures.ts";
import { drawDesktop } from "./support/desktop.ts";
import { NoVnc } from "./support/no-vnc.ts";
import type { Picture } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

afterEach(stopAll);

const lacking = [
  ...missing,
  ...(chromium === null ? ["chromium"] : []),
  ...["xev", "xclip"].filter((program) => Bun.which(program) === null),
];
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

async function openNoVnc(scope: "view" | "control"): Promise<NoVnc> {
  const ticket = await ticketOf(session, scope);
  return NoVnc.open(`${server.url.replace("http", "ws")}/api/v1/live/rfb?ticket=${ticket}`);
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

/** The events that xev has written, as `KeyPress a`, `ButtonPress 1`. */
function eventsIn(log: string): string[] {
  return log.split("\n\n").flatMap((text) => {
    const [, event] = /^(Key(?:Press|Release)|Button(?:Press|Release)) event/m.exec(text) ?? [];
    if (event === undefined) return [];
    const [, detail] = /button (\d+)/.exec(text) ?? /keysym 0x[0-9a-f]+, (\w+)/.exec(text) ?? [];
    return [`${event} ${detail}`];
  });
}

async function startXev() {
  const xev = await host.run(["stdbuf", "-oL", "xev", "-geometry", "300x200+100+100"]);
  await until("xev", async () =>
    (await host.screen.windows()).some(({ name }) => name === "Event Tester"),
  );
  return { events: () => eventsIn(xev.log()) };
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
    const xev = await startXev();
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
    const xev = await startXev();
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
