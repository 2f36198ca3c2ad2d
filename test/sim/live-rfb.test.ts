/** GET live/rfb: a computer for viewers of RFB, on a WebSocket. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { SimInputEvent } from "../../src/sim/sim-input.ts";
import { clipboardMessage } from "../../src/veyon/clipboard-message.ts";
import { encodeFeatureMessage } from "../../src/veyon/feature-message.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { untilPicture } from "./support/framebuffer.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { RfbSocket } from "./support/rfb-socket.ts";
import { ticketOf } from "./support/tickets.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeEach(async () => {
  host = await start({ width: 64, height: 48 });
  server = await startServer();
  session = await server.api.logIn(host.port);
  await untilPicture(session);
});

/** Tight, LastRect, DesktopSize and Cursor, without JPEG. */
const lossless = [7, -224, -223, -239];

async function open(scope: "view" | "control" = "control"): Promise<RfbSocket> {
  return RfbSocket.open(server.url, await ticketOf(session, scope));
}

/** With the whole screen. */
async function watch(scope?: "view" | "control"): Promise<RfbSocket> {
  const opened = await open(scope);
  const { viewer } = opened;
  await viewer.greet();
  viewer.setEncodings(...lossless);
  viewer.request(false);
  await viewer.update();
  return opened;
}

function show(colour: number): void {
  host.screen.fill(host.screen.bounds, colour);
}

/** Takes updates until the viewer shows it. */
async function untilShown({ viewer }: RfbSocket, colour: number): Promise<void> {
  while ((viewer.picture.pixels[0] & 0xffffff) !== colour) {
    viewer.request(true);
    await viewer.update();
  }
}

const inShort = (event: SimInputEvent) =>
  event.kind === "key"
    ? `${event.isDown ? "press" : "release"} ${event.keysym.toString(16)}`
    : `pointer ${event.x},${event.y} ${event.buttonMask}`;
const input = () => host.input.all.map(inShort);
const untilInput = (...wanted: string[]) =>
  until(wanted.join(", "), () => Bun.deepEquals(input().slice(-wanted.length), wanted));

const press = (keysym: string) => `04010000 ${keysym}`;
const release = (keysym: string) => `04000000 ${keysym}`;
const pointer = (mask: string, x: string, y: string) => `05 ${mask} ${x} ${y}`;
const shift = "0000ffe1";
const a = "00000041";

describe("a viewer", () => {
  test("is greeted byte by byte as RFC 6143 has it, on the subprotocol binary", async () => {
    const { viewer, socket } = await open();
    expect(socket.protocol).toBe("binary");
    expect(new TextDecoder().decode(await viewer.read(12))).toBe("RFB 003.008\n");
    viewer.send("524642203030332e3030380a");
    expect((await viewer.read(2)).toHex()).toBe("0101");
    viewer.send("01");
    expect((await viewer.read(4)).toHex()).toBe("00000000");
    viewer.send("01");
    expect((await viewer.read(24 + "127.0.0.1".length)).toHex()).toBe(
      "00400030" +
        "20180001 00ff00ff00ff 100800 000000".replaceAll(" ", "") +
        "00000009" +
        Buffer.from("127.0.0.1").toString("hex"),
    );
  });

  test("sees the screen, and what changes on it", async () => {
    show(0x112233);
    const opened = await watch("view");
    await untilShown(opened, 0x112233);
    show(0x445566);
    await untilShown(opened, 0x445566);
    expect(opened.viewer.cursor).not.toBeNull();
  });

  test("sees a screen that changes its size", async () => {
    const opened = await watch();
    host.screen.resize(80, 20);
    show(0x00ff00);
    await untilShown(opened, 0x00ff00);
    const { width, height } = opened.viewer.picture;
    expect([width, height]).toEqual([80, 20]);
  });

  test("goes on when the host has vanished and is back", async () => {
    const opened = await watch();
    await host.vanish();
    await server.lineWith("host lost");
    opened.viewer.send(press(a));
    show(0x0000ff);
    await host.appear();
    await untilShown(opened, 0x0000ff);
    show(0x00ff00);
    await untilShown(opened, 0x00ff00);
    expect(input()).toEqual([]);
  });

  test("keeps its connection from being idle", async () => {
    const other = await startServer({ connectionIdleTimeoutMs: 300 });
    const idle = await other.api.logIn(host.port);
    const { viewer } = await RfbSocket.open(other.url, await ticketOf(idle, "view"));
    await Bun.sleep(500);
    await viewer.greet();
    expect((await idle.get("user")).status).toBe(200);
  });

  test("of ten has the host asked no more than one", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => watch("view")));
    const before = host.updateRequests.incremental;
    for (let colour = 1; colour <= 5; colour++) {
      show(colour);
      await Promise.all(all.map((each) => untilShown(each, colour)));
    }
    expect(host.updateRequests.incremental - before).toBeLessThanOrEqual(6);
    expect(host.updateRequests.whole).toBe(1);
  });
});

describe("with scope control", () => {
  test("keys and pointer come to the host", async () => {
    const { viewer } = await watch();
    viewer.send(pointer("01", "0005", "0006") + pointer("00", "0007", "0006"));
    viewer.send(press("010020ac") + release("010020ac"));
    await untilInput("pointer 5,6 1", "pointer 7,6 0", "press 10020ac", "release 10020ac");
    const line = await server.lineWith("control began", "by=rfb");
    expect(line).toContain(`level=audit`);
    expect(line).toContain(`host=127.0.0.1:${host.port} by=rfb key=fixture client=127.0.0.1`);
  });

  test.each<[string, (opened: RfbSocket) => unknown, string | null]>([
    ["the viewer goes", ({ socket }) => socket.close(1000, "bye"), "1000 bye"],
    ["the viewer is cut off", ({ socket }) => socket.terminate(), null],
    [
      "the connection is closed",
      () => session.close(),
      "1001 the connection is closed by DELETE authentication",
    ],
    [
      "the viewer breaks the rules",
      ({ viewer }) => viewer.send("ff"),
      "1008 Cannot read viewer's message: unknown type 255",
    ],
    [
      "the server stops",
      () => server.stop(),
      "1001 the connection is closed since the server stops",
    ],
  ])("what is held down is released when %s", async (_, end, reason) => {
    const opened = await watch();
    opened.viewer.send(press(shift) + press(a) + pointer("05", "0003", "0004"));
    await untilInput("press ffe1", "press 41", "pointer 3,4 5");
    await end(opened);
    await untilInput("release 41", "release ffe1", "pointer 3,4 0");
    await server.lineWith("control ended", "by=rfb");
    if (reason !== null) expect(await opened.closed).toBe(reason);
  });

  test("what is held down when the host vanishes is released when it is back", async () => {
    const { viewer } = await watch();
    viewer.send(press(a));
    await untilInput("press 41");
    await host.vanish();
    await server.lineWith("host lost");
    await host.appear();
    await untilInput("press 41", "release 41");
  });

  test("a text that is copied on either side comes to the other", async () => {
    const { viewer } = await watch();
    viewer.send("06000000 00000003 61e462");
    const { arguments: values } = await host.nextMessage(
      ({ feature }) => feature === featureIds.clipboardExchange,
    );
    expect([...values.values()]).toContainEqual({ type: "QString", value: "aäb" });
    const copied = encodeFeatureMessage(clipboardMessage("cöd"), "numbers");
    await host.relay("featureMessage", copied);
    expect(await viewer.message()).toEqual({
      kind: "cut-text",
      length: 3,
      bytes: Uint8Array.of(0x63, 0xf6, 0x64),
    });
  });
});

describe("with scope view", () => {
  test("nothing that a viewer does comes to the host", async () => {
    const { viewer } = await watch("view");
    viewer.send(press(a) + pointer("01", "0005", "0006") + "06000000 00000003 616263");
    viewer.request(false);
    await viewer.update();
    show(3);
    viewer.request(true);
    await viewer.update();
    expect(input()).toEqual([]);
    expect(host.received.filter(({ feature }) => feature === featureIds.clipboardExchange)).toEqual(
      [],
    );
    expect(server.lines.filter((line) => line.includes("control began"))).toEqual([]);
  });
});

describe("a viewer is closed", () => {
  test("at the end of the connection's lifetime, and told so", async () => {
    const other = await startServer({ connectionLifetimeMs: 1000 });
    const short = await other.api.logIn(host.port);
    const opened = await RfbSocket.open(other.url, await ticketOf(short, "control"));
    expect(await opened.closed).toStartWith(
      "1001 the connection is closed at the end of its lifetime of ",
    );
    await other.lineWith("stream ended", "stream=rfb", "reason=lifetime");
  });

  test("when it sends a text", async () => {
    const { socket, closed } = await open();
    socket.send("hello");
    expect(await closed).toBe("1008 RFB comes in binary messages, and this is a text");
  });

  test("when it is no viewer", async () => {
    const { viewer, closed } = await open();
    viewer.send("00".repeat(12));
    expect(await closed).toStartWith("1008 Cannot greet viewer: found ");
  });

  test("when it sends without end and faster than is read", async () => {
    const { viewer, closed } = await watch();
    for (let i = 0; i < 10_000; i++) viewer.send(pointer("00", "0001", "0001"));
    expect(await closed).toBe("1008 the viewer sends more than is read");
  });
});

describe("no viewer", () => {
  test("comes in without a ticket, with a used one, or with a request that is no WebSocket", async () => {
    const ticket = await ticketOf(session);
    const answers = [
      await server.api.get("live/rfb", {}),
      await server.api.get("live/rfb?ticket=x", {}),
      await server.api.get(`live/rfb?ticket=${ticket}`, {}),
      await server.api.get(`live/rfb?ticket=${ticket}`, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 426, 401]);
  });

  test("gets another subprotocol", async () => {
    const ticket = await ticketOf(session);
    const socket = await HttpSocket.connect(server.url);
    socket.write(
      requestText("GET", `/api/v1/live/rfb?ticket=${ticket}`, {
        Host: "127.0.0.1",
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "base64",
      }),
    );
    expect((await socket.response()).status).toBe(400);
  });
});
