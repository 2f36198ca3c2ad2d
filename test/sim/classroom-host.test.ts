import { afterEach, describe, expect, test } from "bun:test";
import { type ClassroomHost, startClassroomHost } from "../../src/sim/classroom/classroom-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import {
  activeFeatures,
  enter,
  featureMessage,
  onceOver,
  publicKey,
  stopAll,
} from "./support/fixture-host.ts";
import { stringVariant } from "./support/raw-client.ts";
import { Viewer } from "./support/viewer.ts";

afterEach(stopAll);

describe("the classroom host", () => {
  async function startClassroom(): Promise<ClassroomHost> {
    const credentials = { publicKeys: { fixture: publicKey } };
    const classroom = await startClassroomHost({ name: "vm", version: "4.6.0", credentials });
    onceOver(() => classroom.stop());
    return classroom;
  }

  test("moves, and only where something changes", async () => {
    const { host } = await startClassroom();
    const viewer = new Viewer(await enter(host), host.screen);
    onceOver(() => viewer.close());
    viewer.setEncodings([16]);
    viewer.request(false);
    await viewer.update();
    viewer.request(true);
    const rects = await viewer.update();
    const changed = rects.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(changed).toBeLessThan((host.screen.width * host.screen.height) / 2);
    expect(viewer.differences(host.screen.pixels)).toBe(0);
  });

  test("shows a lock, a message, a website and the login screen", async () => {
    const { host } = await startClassroom();
    const client = await enter(host);
    const shown = new Set([Bun.hash(host.screen.pixels)]);
    const look = async (hex: string) => {
      client.write(hex);
      await activeFeatures(client);
      shown.add(Bun.hash(host.screen.pixels));
    };
    const website = "000000080000000001000000020031" + stringVariant("https://example.org/");
    await look(featureMessage(featureIds.screenLock));
    await look(featureMessage(featureIds.screenLock, 1));
    await look(featureMessage(featureIds.openWebsite, 0, website));
    await look(featureMessage(featureIds.textMessage));
    await look(featureMessage(featureIds.fullScreenDemo, 2));
    await look(featureMessage(featureIds.userLogoff));
    expect(shown.size).toBe(7);
    expect(host.features.user).toBeNull();
  });

  test("goes away when it is told to start anew", async () => {
    const { host } = await startClassroom();
    const client = await enter(host);
    client.write(featureMessage(featureIds.reboot));
    expect(await client.rest()).toBe("");
  });
});
