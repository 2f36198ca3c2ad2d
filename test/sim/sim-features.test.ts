import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { decodeFeatureMessage } from "../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../src/veyon/message.ts";
import {
  activeFeatures,
  connect,
  enter,
  featureMessage,
  nextFeature,
  privateKey,
  start,
  stopAll,
} from "./support/fixture-host.ts";
import { message, signIn, stringVariant } from "./support/raw-client.ts";
import { transcript } from "../support/transcript.ts";

afterEach(stopAll);

describe("features", () => {
  test.each([
    ["4.7.5", "transcripts/4.7.5-feature-queries.json"],
    ["4.11.1", "transcripts/4.11.1-feature-queries.json"],
  ])("%s answers queries as recorded, and pushes", async (version, path) => {
    const client = await connect(await start({ version }));
    await signIn(client, "fixture", privateKey);
    await client.bytes(24 + "vm:0".length);
    const afterInit = transcript(path).slice(12);
    for (const { from, hex } of afterInit) {
      if (from === "client") client.write(hex);
      else expect(await client.hex(hex.length / 2)).toBe(hex);
    }
  });

  test("4.7.5 answers as recorded when nobody is logged on, and ignores a lock", async () => {
    const client = await enter(await start({ version: "4.7.5", user: null }));
    for (const { from, hex } of transcript("transcripts/4.7.5-feature-queries-no-user.json")) {
      if (from === "client") client.write(hex);
      else expect(await client.hex(hex.length / 2)).toBe(hex);
    }
  });

  test("Veyon 5 answers as recorded", async () => {
    const host = await start({
      version: "5.0",
      width: 800,
      height: 600,
      user: { login: "vy5user", fullName: "" },
      session: { uptimeSeconds: 0x3fa, clientName: "", clientAddress: "" },
    });
    const client = await enter(host);
    for (const { from, hex } of transcript("veyon5-features.json")) {
      if (from === "client") client.write(hex);
      else expect(await client.hex(hex.length / 2)).toBe(hex);
    }
  });

  test("before 4.7 only the user and the active features are told", async () => {
    const client = await enter(await start({ version: "4.5.0" }));
    for (const feature of [
      featureIds.queryApplicationVersion,
      featureIds.queryScreens,
      featureIds.monitoringMode,
      featureIds.sessionInfo,
      featureIds.userInfo,
    ]) {
      client.write(featureMessage(feature));
    }
    expect(await nextFeature(client)).toBe(featureIds.userInfo);
  });

  test("map keys come ascending from a Qt 6 host", async () => {
    const client = await enter(await start({ version: "4.7.5", mapKeys: "ascending" }));
    client.write(featureMessage(featureIds.userInfo));
    const message = decodeFeatureMessage(decodeMessageBody(await client.featureMessage()));
    expect([...message.arguments.keys()]).toEqual(["0", "1", "2"]);
  });

  test.each([
    ["ScreenLock", featureIds.screenLock, 0, 1],
    ["InputDevicesLock", featureIds.inputDevicesLock, 0, 1],
    ["DemoServer", featureIds.demoServer, 0, 1],
    ["FullScreenDemo", featureIds.fullScreenDemo, 2, 3],
    ["WindowDemo", featureIds.windowDemo, 2, 3],
  ])("%s is active between start and stop, for other clients too", async (_n, id, begin, end) => {
    const host = await start();
    const client = await enter(host);
    client.write(featureMessage(id, begin));
    await host.nextMessage(({ feature }) => feature === id);
    client.close();
    const other = await enter(host);
    expect(await activeFeatures(other)).toEqual([`{${id}}`, `{${featureIds.systemTrayIcon}}`]);
    other.write(featureMessage(id, end));
    expect(await activeFeatures(other)).toEqual([`{${featureIds.systemTrayIcon}}`]);
  });

  test("a text message is active until its reader closes it", async () => {
    const host = await start();
    const client = await enter(host);
    for (const { from, hex } of transcript("transcripts/4.11.1-feature-textmessage.json")) {
      if (from === "client") client.write(hex);
      else expect(await client.hex(hex.length / 2)).toBe(hex);
    }
    const received = await host.nextMessage(({ feature }) => feature === featureIds.textMessage);
    expect(received.arguments.get("0")).toEqual({ type: "QString", value: "Hello from a fixture" });
    host.features.stop(featureIds.textMessage);
    expect(await activeFeatures(client)).toEqual([`{${featureIds.systemTrayIcon}}`]);
  });

  test("a worker takes its time to start, and one that is stopped meanwhile never does", async () => {
    const host = await start({ workerStartMs: 50 });
    const client = await enter(host);
    const became = Promise.withResolvers<void>();
    host.features.listeners.add(() => became.resolve());
    client.write(featureMessage(featureIds.inputDevicesLock));
    client.write(featureMessage(featureIds.inputDevicesLock, 1));
    client.write(featureMessage(featureIds.screenLock));
    expect(await activeFeatures(client)).toEqual([`{${featureIds.systemTrayIcon}}`]);
    await became.promise;
    expect((await activeFeatures(client))[0]).toBe(`{${featureIds.screenLock}}`);
  });

  test("messages that it cannot read or does not know change nothing", async () => {
    const host = await start();
    const client = await enter(host);
    const double = "0000000800000000010000000200300000000600" + "00".repeat(8);
    client.write(featureMessage("00000000-1111-2222-3333-444444444444"));
    client.write(`29${message(stringVariant("no feature"))}`);
    client.write("2900000000");
    client.write(featureMessage(featureIds.startApp, 0, double));
    expect(await activeFeatures(client)).toEqual([`{${featureIds.systemTrayIcon}}`]);
    const started = host.received.find(({ feature }) => feature === featureIds.startApp);
    expect(started?.arguments).toEqual(new Map());
  });

  test("a message above 32 MiB closes the connection of 4.11.1", async () => {
    const client = await enter(await start());
    client.write("2902000001");
    expect(await client.rest()).toBe("");
  });
});
