/** Live pictures and events in the hands of programs that everybody has. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { Browser, chromium } from "../support/browser.ts";
import { decodePng } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { ticketOf } from "./support/tickets.ts";
import { until } from "./support/until.ts";

const ffmpeg = Bun.which("ffmpeg");
/** Not the one of pyenv, which has no Debian packages. */
const python = "/usr/bin/python3";
const hasOpenCv = Bun.which(python) !== null && Bun.spawnSync([python, "-c", "import cv2"]).success;

/** Starting them takes seconds on a busy machine. */
const programLimitMs = 60_000;

const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00];

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeAll(async () => {
  host = await start({ width: 320, height: 240 });
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilPicture(session);
});
afterAll(stopAll);

function show(colour: number): void {
  host.screen.fill(host.screen.bounds, colour);
}

/** Shows one colour after another until the program has ended. */
async function changeUntil(exited: Promise<unknown>): Promise<void> {
  let isOver = false;
  void exited.then(() => (isOver = true));
  for (let turn = 0; !isOver; turn++) {
    show(colours[turn % colours.length]);
    await Promise.race([Bun.sleep(150), exited]);
  }
}

test.skipIf(ffmpeg === null)(
  `ffmpeg${ffmpeg === null ? " (not installed)" : ""} reads pictures as they change`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ffmpeg-"));
    onceOver(() => rmSync(folder, { recursive: true }));
    const url = `${server.url}/api/v1/framebuffer/stream?fps=20`;
    const options = ["-hide_banner", "-loglevel", "error", "-vsync", "0"];
    const input = ["-headers", `Connection-Uid: ${session.uid}\r\n`, "-f", "mpjpeg", "-i", url];
    const output = ["-frames:v", "8", join(folder, "%d.png")];
    const child = Bun.spawn([ffmpeg!, ...options, ...input, ...output], {
      stdout: "ignore",
      stderr: "pipe",
    });
    await changeUntil(child.exited);
    expect(await new Response(child.stderr).text()).toBe("");
    const found = Array.from({ length: 8 }, (_, index) => {
      const { width, height, pixels } = decodePng(readFileSync(join(folder, `${index + 1}.png`)));
      return { width, height, colour: nearest(pixels[0]) };
    });
    for (const each of found) expect(each).toMatchObject({ width: 320, height: 240 });
    expect(new Set(found.map(({ colour }) => colour)).size).toBeGreaterThan(2);
  },
  programLimitMs,
);

test.skipIf(!hasOpenCv)(
  `OpenCV${hasOpenCv ? "" : " (python3-opencv is not installed)"} reads pictures as they change`,
  async () => {
    const ticket = await ticketOf(session);
    const script = `
import cv2, sys
capture = cv2.VideoCapture(sys.argv[1])
for count in range(8):
    ok, frame = capture.read()
    print(ok, frame.shape, frame[100, 100].tolist(), flush=True)
`;
    const url = `${server.url}/api/v1/framebuffer/stream?fps=20&ticket=${ticket}`;
    const child = Bun.spawn([python, "-c", script, url], { stdout: "pipe", stderr: "pipe" });
    await changeUntil(child.exited);
    const lines = (await new Response(child.stdout).text()).trim().split("\n");
    expect({ lines: lines.length, error: await new Response(child.stderr).text() }).toMatchObject({
      lines: 8,
    });
    expect(lines.every((line) => line.startsWith("True (240, 320, 3)"))).toBeTrue();
    expect(new Set(lines.map((line) => line.slice(line.indexOf("[")))).size).toBeGreaterThan(2);
  },
  programLimitMs,
);

test.skipIf(chromium === null)(
  `Chromium's <img>${chromium === null ? " (not installed)" : ""} shows each picture as it comes`,
  async () => {
    const browser = await Browser.start();
    onceOver(() => browser.close());
    show(colours[0]);
    const ticket = await ticketOf(session);
    const source = `${server.url}/api/v1/framebuffer/stream?ticket=${ticket}`;
    const image = `<img style="position: fixed; left: 0; top: 0" src="${source}">`;
    await browser.evaluate(`document.body.innerHTML = ${JSON.stringify(image)}`);
    for (const colour of [...colours, ...colours]) {
      show(colour);
      // Each stays for as long as it takes: no later one pushes it through.
      await until(
        `the colour ${colour.toString(16)}`,
        async () => nearest(decodePng(await browser.screenshot()).pixels[0]) === colour,
        programLimitMs / 8,
      );
    }
  },
  programLimitMs,
);

test.skipIf(chromium === null)(
  `Chromium's EventSource${chromium === null ? " (not installed)" : ""} hears of events`,
  async () => {
    const browser = await Browser.start();
    onceOver(() => browser.close());
    await browser.open(`${server.url}/api/v1/any`);
    await until(
      "the page",
      async () => (await browser.evaluate("location.pathname")) === "/api/v1/any",
    );
    const ticket = await ticketOf(session);
    const locked = browser.evaluate(`new Promise((resolve) => {
      const source = new EventSource("/api/v1/events?ticket=${ticket}");
      source.addEventListener("features", ({ data, lastEventId }) => {
        const { active } = JSON.parse(data);
        if (active.some(({ name }) => name === "ScreenLock")) resolve(lastEventId);
      });
    })`);
    host.features.start(featureIds.screenLock);
    expect(await locked).toMatch(/^[0-9a-f]{12}-\d+$/);
    host.features.stop(featureIds.screenLock);
  },
  programLimitMs,
);

test.skipIf(chromium === null)(
  `a page in Chromium${chromium === null ? " (not installed)" : ""} with the example of docs/live.md shows what changes`,
  async () => {
    const browser = await Browser.start();
    onceOver(() => browser.close());
    const document = readFileSync(new URL("../../docs/live.md", import.meta.url), "utf8");
    const [, example] = /<script type="module">\n(.*?)<\/script>/s.exec(document)!;
    const address = `${server.url.replace("http", "ws")}/api/v1/live?ticket=${await ticketOf(session)}`;
    const script = example.replace(/ws:[^"]+/, address);
    show(colours[0]);
    // The page is of no server: its Origin is null.
    const canvas = '<canvas id="c0" style="position: fixed; left: 0; top: 0"></canvas>';
    await browser.evaluate(`document.body.innerHTML = ${JSON.stringify(canvas)}; 0`);
    await browser.evaluate(`(() => { ${script} })()`);
    const corners = async () => {
      const { pixels, width } = decodePng(await browser.screenshot());
      return [nearest(pixels[5 * width + 5]), nearest(pixels[230 * width + 300])];
    };
    const untilCorners = (wanted: readonly number[]) =>
      until(
        `the colours ${wanted.map((colour) => colour.toString(16)).join()}`,
        async () => Bun.deepEquals(await corners(), wanted),
        programLimitMs / 8,
      );
    await untilCorners([colours[0], colours[0]]);
    // Only its last strips change.
    host.screen.fill({ x: 0, y: 200, width: 320, height: 40 }, colours[1]);
    await untilCorners([colours[0], colours[1]]);
    show(colours[2]);
    await untilCorners([colours[2], colours[2]]);
  },
  programLimitMs,
);

/** The one of the colours that a pixel of a JPEG was. */
function nearest(pixel: number): number | undefined {
  const distance = (colour: number) =>
    Math.max(
      ...[16, 8, 0].map((bit) => Math.abs(((pixel >> bit) & 255) - ((colour >> bit) & 255))),
    );
  return colours.find((colour) => distance(colour) < 16);
}
