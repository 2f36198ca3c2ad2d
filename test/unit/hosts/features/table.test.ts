/**
 * The list of features against the reference's own, and every message against what is known of the
 * features.
 */
import { describe, expect, test } from "bun:test";
import type { Feature, FeatureContext } from "../../../../src/hosts/features/feature.ts";
import { featureByUid, features } from "../../../../src/hosts/features/table.ts";
import {
  decodeFeatureMessage,
  encodeFeatureMessage,
} from "../../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../../src/veyon/message.ts";
import { fixture } from "../../../support/transcript.ts";

interface KnownFeature {
  readonly uuid: string;
  readonly names: Record<string, string>;
  readonly parentUuid: string;
  readonly commands: Record<string, string>;
  readonly arguments: readonly { readonly key: string; readonly name: string }[];
}

const known = new Map<string, KnownFeature>(
  JSON.parse(fixture("features.json")).features.map((each: KnownFeature) => [each.uuid, each]),
);

function recordedList(version: string): { name: string; uid: string; parentUid: string }[] {
  const { exchanges } = JSON.parse(fixture(`http/webapi-${version}.json`));
  const list = exchanges.find(({ label }: { label: string }) => label === "feature list");
  return JSON.parse(list.response.body.text).map(
    ({ name, uid, parentUid }: Record<string, string>) => ({ name, uid, parentUid }),
  );
}

const identity = ({ name, uid, parentUid }: Feature) => ({ name, uid, parentUid });

describe("the list", () => {
  test("is that of 4.11.1, in its order", () => {
    expect(features.map(identity)).toEqual(recordedList("4.11.1"));
  });

  test("has all of 4.7.5 under their newest names", () => {
    for (const { uid, parentUid } of recordedList("4.7.5")) {
      expect(featureByUid(uid)?.parentUid).toBe(parentUid);
    }
  });

  test("has every feature once, and each parent before its children", () => {
    const uids = features.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(features.length);
    for (const [index, { parentUid }] of features.entries()) {
      if (!/^[0-]+$/.test(parentUid)) expect(uids.slice(0, index)).toContain(parentUid);
    }
  });

  test.each(features.map(identity))("$name by its uid", ({ name, uid, parentUid }) => {
    expect(featureByUid(uid)?.name).toBe(name);
    expect(Object.values(known.get(uid)!.names).at(-1)).toBe(name);
    expect(known.get(uid)!.parentUuid).toBe(parentUid);
  });

  test("an unknown uid is none", () => {
    expect(featureByUid("11111111-1111-1111-1111-111111111111")).toBeNull();
  });
});

/** `arguments` that use everything a feature has; where there are none, any will do. */
const fullArguments: Record<string, object> = {
  DemoServer: { demoAccessToken: "tok", demoServerPort: 11500, vncServerPortOffset: 2 },
  FullScreenDemo: { demoServerHost: "h", viewportX: 10, viewportWidth: 300 },
  WindowDemo: { demoServerHost: "h" },
  StartApp: { applications: ["xterm"] },
  OpenWebsite: { websiteUrls: ["https://a.example/"] },
  PowerDownDelayed: { shutdownTimeout: 5 },
  RemoteView: { hostName: "h" },
  RemoteControl: { hostName: "h" },
  ClipboardExchange: { clipboardText: "x" },
  TextMessage: { text: "t", icon: 2, title: "T" },
  UserLogin: { username: "bob", password: "s3cret" },
};

function context(): FeatureContext {
  return {
    demoServerPort: 11400,
    demoToken: Uint8Array.of(1, 2, 3),
    checkNamed: () => {},
    collectionId: "018faa2e-7682-4680-b780-710579518778",
  };
}

function messagesOf(feature: Feature) {
  const { start } = feature;
  if (start === null) return [];
  const args = start.arguments.parse(fullArguments[feature.name]);
  return [...start.messages(args, context()), ...feature.stop(context())];
}

const sendable = features.filter(({ start }) => start !== null);

describe.each(sendable.map((feature) => ({ name: feature.name, feature })))(
  "$name",
  ({ feature }) => {
    const messages = messagesOf(feature);
    const { commands, arguments: args } = known.get(feature.uid)!;

    test("sends its own messages with commands and arguments that hosts know", () => {
      expect(messages).not.toBeEmpty();
      for (const message of messages) {
        expect(message.feature).toBe(feature.uid);
        expect(Object.keys(commands)).toContain(String(message.command));
        for (const [{ number, name }] of message.arguments) {
          const argument = args.find(({ key }) => key === String(number));
          // OpenWebsite's has had two names.
          expect(argument?.name.split(/\W+/)).toContain(name);
        }
      }
    });

    test("goes out by number and by name", () => {
      for (const message of messages) {
        const keysOf = (spelling: "numbers" | "names") => {
          const body = encodeFeatureMessage(message, spelling).subarray(5);
          return [...decodeFeatureMessage(decodeMessageBody(body)).arguments.keys()];
        };
        expect(keysOf("numbers")).toEqual(message.arguments.map(([{ number }]) => String(number)));
        expect(keysOf("names")).toEqual(message.arguments.map(([{ name }]) => name));
      }
    });
  },
);

/** Section 7 of the notes on Veyon 5. */
const namesInVeyon5: Record<string, string[]> = {
  TextMessage: ["Text", "Icon", "Title"],
  StartApp: ["Applications"],
  OpenWebsite: ["WebsiteUrls"],
  PowerDownDelayed: ["ShutdownTimeout"],
  UserLogin: ["Username", "Password"],
  ClipboardExchange: ["ClipboardText"],
  RemoteView: ["HostName"],
  DemoServer: ["DemoAccessToken", "DemoServerPort", "VncServerPortOffset"],
  FullScreenDemo: ["DemoAccessToken", "DemoServerHost", "DemoServerPort", "Viewport"],
};

test.each(Object.entries(namesInVeyon5))("%s in Veyon 5: %p", (name, names) => {
  const feature = features.find((each) => each.name === name)!;
  const [first] = messagesOf(feature);
  expect(first.arguments.map(([key]) => key.name)).toEqual(names);
});

test("what cannot be started has nothing to stop", () => {
  const unsendable = features.filter(({ start }) => start === null);
  expect(unsendable.map(({ name }) => name)).toEqual([
    "Demo",
    "ShareOwnScreenFullScreen",
    "ShareOwnScreenWindow",
    "ShareUserScreenFullScreen",
    "ShareUserScreenWindow",
    "DistributeFiles",
    "PowerOn",
    "Screenshot",
    "SystemTrayIcon",
    "MonitoringMode",
    "QueryApplicationVersion",
    "QueryActiveFeatures",
    "UserInfo",
    "SessionInfo",
    "QueryScreens",
    "IdentifyUser",
    "DesktopAccessDialog",
    "AccessControlProvider",
  ]);
  for (const feature of unsendable) expect(feature.stop(context())).toEqual([]);
});
