import { afterEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { Step } from "../../src/sim/sim-options.ts";
import {
  activeFeatures,
  connect,
  enter,
  featureMessage,
  leave,
  nextFeature,
  privateKey,
  start,
  stopAll,
} from "./support/fixture-host.ts";
import {
  byteByByte,
  closeAt,
  delayedBy,
  garbageAt,
  partAt,
  patchedAt,
  reaches,
  repeatedAt,
  silentAt,
  withoutStep,
} from "./support/misbehaviours.ts";
import { greeting, RawClient, signIn } from "./support/raw-client.ts";
import { Viewer } from "./support/viewer.ts";

afterEach(stopAll);

describe("misbehaviour", () => {
  const steps: [Step, string][] = [
    ["greeting", ""],
    ["securityTypes", ""],
    ["methods", ""],
    ["acknowledgement", ""],
    ["challenge", ""],
    ["securityResult", ""],
    ["serverInit", ""],
  ];

  test.each(steps)("silence at %s", async (step) => {
    const host = await start({ version: "4.7.5", intercept: silentAt(step) });
    const silent = reaches(host, step);
    const client = await connect(host);
    const entering = signIn(client, "fixture", privateKey).catch((error: Error) => error.message);
    const connection = await silent;
    expect(host.clients).toEqual([connection]);
    await leave(host, client);
    await entering;
    expect(client.unread).toBe("");
  });

  test.each(steps)("closing at %s", async (step) => {
    const client = await connect(await start({ version: "4.7.5", intercept: closeAt(step) }));
    const entering = signIn(client, "fixture", privateKey);
    if (step === "serverInit") await entering;
    else await expect(entering).rejects.toThrow("closed: 0 of");
    expect(await client.rest()).toBe("");
  });

  test("closing at once", async () => {
    const client = await connect(await start({ intercept: closeAt("accept") }));
    expect(await client.rest()).toBe("");
  });

  test("other bytes, half a step, and a step left out", async () => {
    const lies = [
      [garbageAt("greeting", "48545450"), "48545450"],
      [patchedAt("greeting", 4, "393939"), "524642203939392e3030380a"],
      [partAt("greeting"), "524642203030"],
    ] as const;
    for (const [intercept, wanted] of lies) {
      const client = await connect(await start({ version: "4.7.5", intercept }));
      expect(await client.hex(wanted.length / 2)).toBe(wanted);
    }
    const client = await connect(await start({ intercept: withoutStep("greeting") }));
    client.write(greeting);
    expect(await client.hex(2)).toBe("0128");
  });

  test("a flood of updates", async () => {
    const host = await start({ version: "4.6.0", intercept: repeatedAt("framebufferUpdate", 50) });
    const viewer = new Viewer(await enter(host), host.screen);
    viewer.request(false);
    for (let i = 0; i < 50; i++) expect(await viewer.update()).toHaveLength(1);
    expect(await activeFeatures(viewer.client)).toHaveLength(1);
  });

  test.each([
    ["late", delayedBy(2)],
    ["byte by byte", byteByByte],
  ])("everything %s still arrives", async (_name, intercept) => {
    const host = await start({ version: "5.0", intercept });
    expect(await enter(host)).toBeInstanceOf(RawClient);
  });

  test("vanishing ends connections and refuses new ones, until it appears on the same port", async () => {
    const host = await start({ version: "4.7.5" });
    const { port } = host;
    const client = await enter(host);
    host.features.start(featureIds.screenLock);
    await host.vanish();
    expect(await client.rest()).toBe("");
    expect(host.clients).toEqual([]);
    await expect(RawClient.connect(port)).rejects.toThrow("ECONNREFUSED");
    await host.appear();
    expect(host.port).toBe(port);
    expect(await activeFeatures(await enter(host))).toHaveLength(2);
  });

  test("freezing keeps connections but answers nothing, thawing answers it all", async () => {
    const host = await start({ version: "4.7.5" });
    const client = await enter(host);
    host.freeze();
    client.write(featureMessage(featureIds.userInfo));
    const late = await connect(host);
    // Another host takes a whole login meanwhile.
    await enter(await start());
    expect([client.unread, late.unread]).toEqual(["", ""]);
    expect(host.received).toEqual([]);
    host.thaw();
    expect(await nextFeature(client)).toBe(featureIds.userInfo);
    expect(await late.hex(12)).toBe(greeting);
  });

  test("stopping a host that is frozen, silent or in the middle of an update ends at once", async () => {
    const frozen = await start();
    await enter(frozen);
    frozen.freeze();
    await frozen.stop();
    const silent = await start({ version: "4.6.0", intercept: silentAt("framebufferUpdate") });
    const viewer = new Viewer(await enter(silent), silent.screen);
    const reached = reaches(silent, "framebufferUpdate");
    viewer.request(false);
    await reached;
    await silent.stop();
    expect([frozen.clients, silent.clients]).toEqual([[], []]);
  });

  test("random bytes cost their own connection only", async () => {
    const host = await start();
    for (let i = 0; i < 30; i++) {
      const client = i % 2 === 0 ? await connect(host) : await enter(host);
      client.socket.write(randomBytes(200));
      client.socket.end();
    }
    expect(await activeFeatures(await enter(host))).toHaveLength(1);
  });
});
