/** What one viewer sees and does, and what it costs the others. */
import { afterEach, describe, expect, jest, test } from "bun:test";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import type { CursorShape } from "../../../src/rfb/cursor-shape.ts";
import { viewerLimits } from "../../../src/viewer/limits.ts";
import { NoScreenError } from "../../../src/viewer/viewed-screen.ts";
import { firstDifference, photo, randomFrom, text } from "../../support/pictures.ts";
import type { ReceivedRect } from "../../support/rfb-viewer.ts";
import { openViewer, RecordedInput, TestScreen } from "../../support/viewed-screen.ts";

afterEach(() => jest.useRealTimers());

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** Tight with JPEG, LastRect and DesktopSize. */
const usual = [7, -26, -224, -223];
const lossless = [7, -224, -223];

/** As far as the first whole picture. */
async function watch(screen: TestScreen, encodings: readonly number[] = usual, options = {}) {
  const open = openViewer(screen, options);
  await open.viewer.greet();
  open.viewer.setEncodings(...encodings);
  open.viewer.request(false);
  await open.viewer.update();
  return open;
}

const places = (rects: readonly ReceivedRect[]) =>
  rects.map(({ x, y, width, height }) => `${width}x${height} ${x},${y}`);

describe("an update", () => {
  test.each(["RFB 003.008\n", "RFB 003.007\n", "RFB 003.003\n"])(
    "comes to a viewer of %j when it has asked, with the whole screen at first",
    async (version) => {
      const screen = new TestScreen(200, 50);
      screen.paint({ x: 0, y: 0, width: 200, height: 50 }, text(randomFrom(1)));
      const { viewer } = openViewer(screen);
      await viewer.greet(version);
      expect([viewer.name, viewer.picture.width, viewer.picture.height]).toEqual([
        "room1-pc1",
        200,
        50,
      ]);
      viewer.setEncodings(7);
      await turns(3);
      expect(viewer.isBusy).toBe(false);
      viewer.request(true);
      await viewer.update();
      expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
    },
  );

  test("has the cells that have changed, when they change", async () => {
    const screen = new TestScreen(640, 100);
    const { viewer } = await watch(screen);
    viewer.request(true);
    await turns(3);
    expect(viewer.isBusy).toBe(false);
    screen.paint({ x: 100, y: 20, width: 3, height: 5 }, () => 5);
    expect(places(await viewer.update())).toEqual(["64x16 64,16"]);
    screen.paint({ x: 600, y: 90, width: 40, height: 10 }, () => 5);
    screen.paint({ x: 0, y: 0, width: 1, height: 1 }, () => 5);
    viewer.request(true);
    expect(places(await viewer.update())).toEqual(["64x16 0,0", "64x20 576,80"]);
  });

  test("has what has changed since in the area that is asked for, and the rest later", async () => {
    const screen = new TestScreen(640, 100);
    const { viewer } = await watch(screen, lossless);
    screen.paint({ x: 0, y: 0, width: 640, height: 100 }, () => 7);
    viewer.request(true, { x: 130, y: 40, width: 10, height: 10 });
    expect(places(await viewer.update())).toEqual(["64x32 128,32"]);
    viewer.request(true, { x: 130, y: 40, width: 10, height: 10 });
    await turns(3);
    expect(viewer.isBusy).toBe(false);
    viewer.request(true);
    await viewer.update();
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
  });

  test("that is not incremental has everything in its area again", async () => {
    const screen = new TestScreen(640, 100);
    const { viewer } = await watch(screen);
    viewer.request(false, { x: 0, y: 90, width: 640, height: 100 });
    expect(places(await viewer.update())).toEqual(["640x20 0,80"]);
  });

  test.each([
    { x: 640, y: 0, width: 10, height: 10 },
    { x: 0, y: 100, width: 10, height: 10 },
    { x: 65535, y: 65535, width: 65535, height: 65535 },
    { x: 10, y: 10, width: 0, height: 0 },
  ])("of an area outside of the screen never comes", async (area) => {
    const screen = new TestScreen(600, 96);
    const { viewer } = await watch(screen);
    viewer.request(false, area);
    await turns(3);
    expect(viewer.isBusy).toBe(false);
    viewer.request(false);
    expect(places(await viewer.update())).toEqual(["600x96 0,0"]);
  });

  test("in Raw is right in a screen that is wider than a rectangle may be", async () => {
    const screen = new TestScreen(4500, 40);
    screen.paint({ x: 0, y: 0, width: 4500, height: 40 }, photo(randomFrom(2)));
    const { viewer } = await watch(screen, [0]);
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
  });

  test("of a large screen comes in parts, each sent before the next one is encoded", async () => {
    const screen = new TestScreen(1280, 720);
    screen.paint({ x: 0, y: 0, width: 1280, height: 720 }, photo(randomFrom(2)));
    const { viewer, setReading, unread } = openViewer(screen);
    await viewer.greet();
    setReading(false);
    viewer.setEncodings(0, -224);
    viewer.request(false);
    await turns(20);
    expect(unread.length).toBe(1);
    const bytesMax = viewerLimits.partBytesMin + 4 * viewerLimits.rawPixelsMax + 100;
    expect(unread[0].length).toBeLessThan(bytesMax);
    setReading(true);
    await viewer.update();
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
  });

  test("without LastRect ends when it is large, and the next one goes on", async () => {
    const screen = new TestScreen(2000, 1000);
    screen.paint({ x: 0, y: 0, width: 2000, height: 1000 }, photo(randomFrom(2)));
    const { viewer } = await watch(screen, [0]);
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBeGreaterThan(100_000);
    viewer.request(true);
    await viewer.update();
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
  });
});

describe("a viewer that does not read", () => {
  test("has one message waiting, however much changes, and then gets the newest", async () => {
    const screen = new TestScreen(640, 480);
    const { viewer, setReading, unread } = await watch(screen, lossless);
    const all = { x: 0, y: 0, width: 640, height: 480 };
    setReading(false);
    for (let i = 1; i <= 50; i++) {
      viewer.request(true);
      screen.paint(all, () => i);
      await turn();
    }
    expect(unread.length).toBe(1);
    setReading(true);
    await viewer.update();
    expect(viewer.picture.pixels[0]).toBe(1);
    await viewer.update();
    expect(viewer.picture.pixels[0]).toBe(50);
    await turns(3);
    expect(viewer.isBusy).toBe(false);
  });

  test("holds up nobody", async () => {
    const screen = new TestScreen(640, 480);
    const stalled = await watch(screen, lossless);
    const other = await watch(screen, lossless);
    stalled.setReading(false);
    stalled.viewer.request(true);
    for (let i = 1; i <= 20; i++) {
      other.viewer.request(true);
      screen.paint({ x: 0, y: 0, width: 640, height: 480 }, () => i);
      await other.viewer.update();
      expect(other.viewer.picture.pixels[0]).toBe(i);
    }
    expect(stalled.unread.length).toBe(1);
  });

  test("follows the screen only while it waits for news", async () => {
    const screen = new TestScreen(64, 16);
    const { viewer, setReading, leave, ended } = await watch(screen);
    expect(screen.followers).toBe(0);
    viewer.request(true);
    viewer.request(true);
    await turns(3);
    expect(screen.followers).toBe(1);
    setReading(false);
    screen.paint({ x: 0, y: 0, width: 1, height: 1 }, () => 9);
    await turns(3);
    expect(screen.followers).toBe(0);
    viewer.request(true);
    await turns(3);
    leave();
    expect(await ended).toBeNull();
    expect([screen.followers, screen.viewers]).toEqual([0, 0]);
  });
});

test("what one viewer must not send ends that one, and says why", async () => {
  const screen = new TestScreen(64, 16);
  const bad = await watch(screen);
  const good = await watch(screen);
  bad.viewer.send("f9");
  const reason = await bad.ended;
  expect(reason).toBeInstanceOf(ProtocolError);
  expect(reason!.message).toBe("Cannot read viewer's message: unknown type 249");
  good.viewer.request(true);
  screen.paint({ x: 0, y: 0, width: 1, height: 1 }, () => 9);
  await good.viewer.update();
  expect(good.viewer.picture.pixels[0]).toBe(9);
  expect(screen.viewers).toBe(1);
});

describe("another size", () => {
  test("is told, and then everything comes", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen);
    viewer.request(true);
    screen.resize(300, 40);
    screen.paint({ x: 0, y: 0, width: 300, height: 40 }, text(randomFrom(1)));
    expect(await viewer.update()).toMatchObject([{ width: 300, height: 40, encoding: -223 }]);
    viewer.request(true);
    await viewer.update();
    expect(firstDifference(viewer.picture.pixels, screen.frame!.pixels)).toBe(-1);
  });

  test("is told with the layout of the screens to whom knows that", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen, [...usual, -308]);
    // At first, so that the viewer knows that the server does.
    expect(viewer.layout).toMatchObject({ x: 0, y: 0 });
    viewer.request(true);
    screen.resize(300, 40);
    expect(await viewer.update()).toMatchObject([
      { x: 0, y: 0, width: 300, height: 40, encoding: -308 },
    ]);
  });

  test("is not for a viewer to choose", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen, [...usual, -308]);
    viewer.send("fb00 0400 0300 0100 00000000 0000 0000 0400 0300 00000000".replaceAll(" ", ""));
    viewer.request(true);
    expect(await viewer.update()).toMatchObject([
      { x: 1, y: 1, width: 200, height: 50, encoding: -308 },
    ]);
  });

  test("ends a viewer that has no word for it", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer, ended } = await watch(screen, [7]);
    viewer.request(true);
    screen.resize(300, 40);
    const reason = await ended;
    expect(reason).toBeInstanceOf(NoScreenError);
    expect(reason!.message).toBe("the screen has 300x40 now, and the viewer knows no DesktopSize");
  });

  test("is none when a host comes back with the same", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen);
    viewer.request(true);
    screen.frame!.free(new Error("lost"));
    screen.changed();
    await turns(3);
    expect(viewer.isBusy).toBe(false);
    screen.resize(200, 50);
    screen.paint({ x: 0, y: 0, width: 200, height: 50 }, () => 3);
    await viewer.update();
    expect(viewer.picture.pixels[0]).toBe(3);
  });
});

test("a frame that goes while it is encoded is no update, and the viewer gets the next one", async () => {
  const screen = new TestScreen(200, 50);
  const { viewer } = await watch(screen);
  const { frame } = screen;
  screen.paint({ x: 0, y: 0, width: 200, height: 50 }, () => 1);
  frame!.beginPaint();
  viewer.request(true);
  await turns(3);
  frame!.free(new Error("lost"));
  await turns(3);
  expect(viewer.isBusy).toBe(false);
  screen.resize(200, 50);
  screen.paint({ x: 0, y: 0, width: 200, height: 50 }, () => 2);
  await viewer.update();
  expect(viewer.picture.pixels[0]).toBe(2);
});

describe("a host without a picture", () => {
  test("is waited for", async () => {
    const screen = new TestScreen(200, 50);
    const { frame } = screen;
    screen.frame = null;
    const { viewer } = openViewer(screen);
    const greeted = viewer.greet();
    await turns(3);
    expect(viewer.picture.width).toBe(0);
    screen.frame = frame;
    screen.changed();
    await greeted;
    expect(viewer.picture.width).toBe(200);
  });

  test("is not waited for for ever", async () => {
    jest.useFakeTimers();
    const screen = new TestScreen(200, 50);
    screen.frame = null;
    const { viewer, ended } = openViewer(screen);
    viewer.greet().catch(() => {});
    await turns(5);
    jest.advanceTimersByTime(viewerLimits.firstPictureWaitMs);
    const reason = await ended;
    expect(reason).toBeInstanceOf(NoScreenError);
    expect(reason!.message).toBe("the host has not sent every pixel of its screen yet");
    expect(screen.viewers).toBe(0);
  });
});

test("a viewer that says nothing is not waited for for ever", async () => {
  jest.useFakeTimers();
  const screen = new TestScreen(200, 50);
  const { ended } = openViewer(screen);
  await turns(3);
  jest.advanceTimersByTime(viewerLimits.handshakeTimeoutMs);
  expect((await ended)!.message).toBe("Cannot greet viewer: no answer within 15000 ms");
  expect(screen.viewers).toBe(0);
});

describe("the pointer", () => {
  const cursorOf = (colour: number): CursorShape => ({
    width: 1,
    height: 1,
    hotspot: { x: 0, y: 0 },
    pixels: Uint32Array.of(colour),
    mask: Uint8Array.of(0x80),
  });

  test("is a dot until the host has said what it looks like, and is sent once", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen, [...usual, -239]);
    expect(viewer.cursor).toMatchObject({ x: 3, y: 3, width: 7, height: 7 });
    viewer.request(true);
    screen.cursor = cursorOf(0x112233);
    screen.changed();
    expect(await viewer.update()).toMatchObject([{ width: 1, height: 1, encoding: -239 }]);
    expect(viewer.cursor!.payload.toHex()).toBe("3322110080");
    viewer.request(true);
    screen.changed();
    await turns(3);
    expect(viewer.isBusy).toBe(false);
  });

  test("is sent to a viewer as soon as it can show it", async () => {
    const screen = new TestScreen(200, 50);
    screen.cursor = cursorOf(1);
    const { viewer } = await watch(screen);
    viewer.setEncodings(...usual, -239);
    viewer.request(true);
    expect(await viewer.update()).toMatchObject([{ encoding: -239 }]);
  });
});

describe("input", () => {
  const sent =
    "04 01 0000 0000ffe1" +
    "05 01 0010 0020" +
    "06 000000 00000002 6162" +
    "04 00 0000 0000ffe1" +
    "05 00 ffff ffff";

  test("goes to the host in its order, with control", async () => {
    const input = new RecordedInput();
    const { viewer } = await watch(new TestScreen(200, 50), usual, { input });
    viewer.send(sent);
    await turns(3);
    expect(input.events).toEqual([
      "press ffe1",
      "pointer 16,32 1",
      "clipboard ab",
      "release ffe1",
      "pointer 65535,65535 0",
    ]);
  });

  test("goes nowhere without, and the clipboard neither way", async () => {
    const screen = new TestScreen(200, 50);
    const { viewer } = await watch(screen, [...usual, -1063131698]);
    viewer.send(sent);
    screen.copied("secret");
    viewer.request(false);
    // Nothing but the update comes.
    await viewer.update();
    await turns(3);
    expect(viewer.isBusy).toBe(false);
  });

  test("what is copied on the host comes to a viewer with control, asked for or not", async () => {
    const screen = new TestScreen(200, 50);
    const options = { input: new RecordedInput() };
    const { viewer } = await watch(screen, usual, options);
    screen.copied("für");
    expect(await viewer.message()).toEqual({
      kind: "cut-text",
      length: 3,
      bytes: Uint8Array.of(0x66, 0xfc, 0x72),
    });
  });
});
