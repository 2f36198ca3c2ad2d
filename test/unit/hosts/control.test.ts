import { beforeEach, describe, expect, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { control, type ControlError, findFeature } from "../../../src/hosts/control.ts";
import type { FeatureContext } from "../../../src/hosts/features/feature.ts";
import { featureByUid } from "../../../src/hosts/features/table.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { featureIds } from "../../../src/veyon/feature-ids.ts";
import type { FeatureMessage } from "../../../src/veyon/feature-message.ts";
import { failureOf } from "../../support/failure.ts";

const context: FeatureContext = {
  demoServerPort: 11_400,
  demoToken: Uint8Array.of(1, 2, 3),
  checkNamed: () => {},
  collectionId: "5b0ab4f6-06ee-4f56-a7a3-5e1e5e4bb3f0",
};

let sent: FeatureMessage[];
let waits: number[];
let lost: HostError | null;

beforeEach(() => {
  sent = [];
  waits = [];
  lost = null;
});

const host = {
  sessionWithin: async (waitMaxMs: number) => {
    waits.push(waitMaxMs);
    if (lost !== null) throw lost;
    return { send: (message: FeatureMessage) => void sent.push(message) };
  },
} as unknown as Host;

function start(uid: string, args: unknown = {}, before = context) {
  const request = { feature: featureByUid(uid)!, isActive: true, arguments: args };
  return control(host, request, before);
}

function stop(uid: string) {
  const request = { feature: featureByUid(uid)!, isActive: false, arguments: {} };
  return control(host, request, context);
}

const tokens = () =>
  sent.map(({ arguments: args }) => {
    const token = args.find(([key]) => key.name === "DemoAccessToken")![1];
    return token.type === "QByteArray" ? token.value : null;
  });

describe("a feature is found by its UUID", () => {
  test.each([
    featureIds.screenLock,
    featureIds.screenLock.toUpperCase(),
    `{${featureIds.screenLock}}`,
  ])("written %s", (text) => {
    expect(findFeature(text).name).toBe("ScreenLock");
  });

  test.each(["", "garbage", "11111111-1111-1111-1111-111111111111"])("not %j", async (text) => {
    const failure = await failureOf(Promise.try(findFeature, text));
    expect((failure as ControlError).failure).toBe("unknown-feature");
  });
});

test("what has nothing to send does not wait for the host", async () => {
  lost = new HostError("lost", "gone");
  expect(await stop(featureIds.demo)).toEqual({});
  expect(waits).toEqual([]);
});

test("a host that is gone is waited for, and its loss is the error", async () => {
  lost = new HostError("lost", "gone");
  expect(await failureOf(start(featureIds.screenLock))).toBe(lost);
  expect(waits).toEqual([2000]);
});

test("arguments that cannot be read send nothing", async () => {
  const failure = await failureOf(start(featureIds.userLogin, { username: "a", password: [] }));
  expect((failure as ControlError).failure).toBe("arguments");
  expect(failure.message).toBe("arguments of UserLogin: password is an empty list, wanted a text");
  expect([sent, waits]).toEqual([[], []]);
});

describe("the token of a demo", () => {
  const given = new TextEncoder().encode("tök");

  test("is the connection's own until one is given, and then that one", async () => {
    expect(await start(featureIds.demoServer)).toEqual({ demoToken: context.demoToken });
    const changes = await start(featureIds.demoServer, { demoAccessToken: "tök" });
    expect(changes).toEqual({ demoToken: given });
    await start(featureIds.fullScreenDemo, {}, { ...context, ...changes });
    await start(featureIds.windowDemo);
    expect(tokens()).toEqual([context.demoToken, given, given, context.demoToken]);
  });

  test("stays the connection's when only a viewer is given one", async () => {
    expect(await start(featureIds.windowDemo, { demoAccessToken: "tök" })).toEqual({});
    expect(tokens()).toEqual([given]);
  });

  test("is not changed by a demo server that could not be started", async () => {
    lost = new HostError("lost", "gone");
    const failure = await failureOf(start(featureIds.demoServer, { demoAccessToken: "tök" }));
    expect(failure).toBe(lost);
    expect(context.demoToken).toEqual(Uint8Array.of(1, 2, 3));
  });
});
