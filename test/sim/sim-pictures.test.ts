import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import {
  activeFeatures,
  enter,
  featureMessage,
  nextFeature,
  onceOver,
  paintTestPicture,
  start,
  stopAll,
} from "./support/fixture-host.ts";
import { hex32 } from "./support/raw-client.ts";
import { transcript } from "../support/transcript.ts";
import { Viewer } from "./support/viewer.ts";

afterEach(stopAll);

describe("pictures", () => {
  /** Of an old host, which pushes nothing between the updates. */
  async function view(host: SimHost): Promise<Viewer> {
    const viewer = new Viewer(await enter(host), host.screen);
    onceOver(() => viewer.close());
    return viewer;
  }

  test.each([
    ["raw", [0], 0],
    ["hextile", [5, 0], 5],
    ["zlib", [6, 5], 6],
    ["ZRLE", [-223, 16, 6, 5, 0], 16],
    ["raw when nothing is known", [8, 15, 21], 0],
  ])("come whole in %s, and then what has changed", async (_name, encodings, used) => {
    const host = await start({ version: "4.6.0", width: 150, height: 70 });
    paintTestPicture(host.screen);
    const viewer = await view(host);
    viewer.setEncodings(encodings);
    viewer.request(false);
    expect(await viewer.update()).toEqual([{ x: 0, y: 0, width: 150, height: 70, encoding: used }]);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
    viewer.request(true);
    host.screen.fill({ x: 140, y: 60, width: 50, height: 3 }, 0x123456);
    host.screen.put({ x: 3, y: 4, width: 2, height: 1 }, Uint32Array.of(1, 0xffffff));
    expect(await viewer.update()).toEqual([
      { x: 140, y: 60, width: 10, height: 3, encoding: used },
      { x: 3, y: 4, width: 2, height: 1, encoding: used },
    ]);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test.each([[[7]], [[7, -224]]])("come in Tight, asked for with %j", async (encodings) => {
    const host = await start({ version: "4.8.0", width: 2100, height: 300 });
    paintTestPicture(host.screen);
    const viewer = await view(host);
    viewer.setEncodings(encodings);
    viewer.request(false);
    const rects = await viewer.update();
    expect(rects.map(({ width, height, encoding }) => [width, height, encoding])).toEqual([
      [2048, 256, 7],
      [52, 256, 7],
      [2048, 44, 7],
      [52, 44, 7],
    ]);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test("in Tight close the connection of a host before 4.8.0", async () => {
    const viewer = await view(await start({ version: "4.7.5" }));
    viewer.setEncodings([7]);
    viewer.request(false);
    expect(await viewer.client.rest()).toBe("");
  });

  test.each([
    ["big-endian, red last", "20180101 00ff00ff00ff 000810", "00563412"],
    ["little-endian, blue last", "20180001 00ff00ff00ff 081018", "00123456"],
    ["16 bits", "10100001 001f003f001f 0b0500", "aa11"],
    ["8 bits", "08080001 000700070003 000306", "48"],
  ])("come in the format asked for: %s", async (_name, format, pixel) => {
    const host = await start({ version: "4.6.0" });
    host.screen.fill(host.screen.bounds, 0x123456);
    const { client } = await view(host);
    client.write(`00000000${format}000000`);
    client.write("03000000000000020001");
    expect(await client.hex(16)).toBe("00000001000000000002000100000000");
    expect(await client.hex(pixel.length)).toBe(pixel + pixel);
  });

  test("with ExtendedDesktopSize the first update tells the size only", async () => {
    const host = await start({ version: "4.7.5" });
    const client = await enter(host);
    const recorded = transcript("transcripts/4.7.5-framebuffer-desktopsize-pseudo.json");
    for (const { from, hex } of recorded) {
      if (from === "client") client.write(hex);
      else expect(await client.hex(hex.length / 2)).toBe(hex);
    }
    expect((await new Viewer(client, host.screen).update())[0]).toMatchObject({ encoding: 16 });
  });

  test("a change of size comes alone, its pixels with the next request", async () => {
    const host = await start({ version: "4.6.0" });
    const viewer = await view(host);
    viewer.setEncodings([16, -223]);
    viewer.request(false);
    await viewer.update();
    viewer.request(true);
    host.screen.resize(100, 30);
    paintTestPicture(host.screen);
    expect(await viewer.update()).toEqual([{ x: 0, y: 0, width: 100, height: 30, encoding: -223 }]);
    viewer.request(true);
    await viewer.update();
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test("a change of size that nobody can be told of sends rectangles outside", async () => {
    const host = await start({ version: "4.6.0" });
    const viewer = await view(host);
    viewer.request(false);
    await viewer.update();
    viewer.request(true);
    await activeFeatures(viewer.client);
    host.screen.resize(100, 30);
    await expect(viewer.update()).rejects.toThrow("wanted inside 64x48");
  });

  test("copies come as CopyRect while nothing else is owed", async () => {
    const host = await start({ version: "4.6.0" });
    paintTestPicture(host.screen);
    const viewer = await view(host);
    viewer.setEncodings([1, 0]);
    viewer.request(false);
    await viewer.update();
    host.screen.copy({ x: 5, y: 6, width: 40, height: 30 }, { x: 0, y: 0 });
    host.screen.fill({ x: 50, y: 40, width: 3, height: 3 }, 0xff0000);
    host.screen.copy({ x: 0, y: 0, width: 10, height: 10 }, { x: 3, y: 3 });
    viewer.request(true);
    expect((await viewer.update()).map(({ encoding }) => encoding)).toEqual([1, 0, 0]);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test("the cursor comes first when it is asked for", async () => {
    const viewer = await view(await start({ version: "4.6.0" }));
    viewer.setEncodings([0, -239]);
    viewer.request(false);
    expect((await viewer.update()).map(({ encoding }) => encoding)).toEqual([-239, 0]);
  });

  test("an area that was not asked for stays owed", async () => {
    const host = await start({ version: "4.6.0" });
    paintTestPicture(host.screen);
    const viewer = await view(host);
    viewer.request(true, { x: 10, y: 10, width: 20, height: 20 });
    expect(await viewer.update()).toMatchObject([{ x: 10, y: 10, width: 20, height: 20 }]);
    viewer.request(true);
    expect(await viewer.update()).toHaveLength(4);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test("incremental requests before the minimum interval are dropped, full ones are not", async () => {
    const host = await start({ version: "4.7.5" });
    const viewer = await view(host);
    const { client } = viewer;
    const hour = "0000000800000000010000000200340000000200" + hex32(3_600_000);
    client.write(featureMessage(featureIds.monitoringMode, 1, hour));
    viewer.request(true);
    await viewer.update();
    for (let i = 0; i < 3; i++) await client.featureMessage();
    host.screen.fill({ x: 0, y: 0, width: 1, height: 1 }, 0xff);
    viewer.request(true);
    expect(await activeFeatures(client)).toHaveLength(1);
    viewer.request(false);
    expect(await viewer.update()).toHaveLength(1);
  });

  test("a push comes only behind a message of the VNC server", async () => {
    const host = await start({ version: "4.7.5" });
    const viewer = await view(host);
    const { client } = viewer;
    viewer.request(false);
    await viewer.update();
    for (let i = 0; i < 3; i++) await client.featureMessage();
    host.features.user = { login: "somebody", fullName: "Else" };
    client.write(featureMessage(featureIds.monitoringMode));
    expect(await nextFeature(client)).toBe(featureIds.monitoringMode);
    await host.relay("bell", Uint8Array.of(2));
    expect(await client.hex(1)).toBe("02");
    expect(await nextFeature(client)).toBe(featureIds.userInfo);
  });

  test.each([
    ["ClientCutText", "06000000"],
    ["an unknown message", "fb000000"],
    ["65 encodings", "02000041"],
    ["a pixel format of 24 bits", "0000000018180001"],
    ["the extended clipboard", "02000001c0a1e5ce"],
  ])("%s ends the connection", async (_name, hex) => {
    const client = await enter(await start());
    client.write(hex + "00".repeat(16));
    expect(await client.rest()).toBe("");
  });

  test("keys, pointer and xvp are taken", async () => {
    const client = await enter(await start());
    client.write(`0401000000000061 050100010002 fa000102 ${featureMessage(featureIds.userInfo)}`);
    expect(await nextFeature(client)).toBe(featureIds.userInfo);
  });
});
