import { describe, expect, test } from "bun:test";
import { ProtocolError } from "../../../src/bytes/errors.ts";
import { int, map, string, uuid, type Variant } from "../../../src/qt/variant.ts";
import {
  argument,
  type ArgumentKey,
  type ArgumentKeys,
  decodeFeatureMessage,
  encodeFeatureMessage,
  type FeatureMessage,
  featureMessageType,
} from "../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../src/veyon/message.ts";
import { featureIds } from "../../../src/veyon/feature-ids.ts";
import { query } from "../../../src/veyon/state-messages.ts";
import { transcript } from "../../support/transcript.ts";
import { failureOf } from "../../support/failure.ts";

/** MonitoringMode, command 1. */
const minimumUpdateInterval: FeatureMessage = {
  feature: featureIds.monitoringMode,
  command: 1,
  arguments: [[{ number: 4, name: "MinimumFramebufferUpdateInterval" }, int(1000)]],
};
const text: ArgumentKey = { number: 0, name: "Text" };
const icon: ArgumentKey = { number: 1, name: "Icon" };

function sentBy(file: string): string[] {
  return transcript(file)
    .filter(({ from, hex }) => from === "client" && hex.startsWith("29"))
    .map(({ hex }) => hex);
}

const queries = (...features: string[]) => features.map((feature) => query(feature));

const textMessage = (words: string): FeatureMessage => ({
  feature: "e75ae9c8-ac17-4d00-8f0d-019348346208",
  command: 0,
  arguments: [
    [text, string(words)],
    [icon, int(1)],
  ],
});

const recordings: [string, ArgumentKeys, FeatureMessage[]][] = [
  [
    "transcripts/4.7.5-feature-queries.json",
    "numbers",
    [
      ...queries(featureIds.queryApplicationVersion, featureIds.queryActiveFeatures),
      ...queries(featureIds.userInfo, featureIds.queryScreens, featureIds.monitoringMode),
      minimumUpdateInterval,
    ],
  ],
  [
    "transcripts/4.11.1-feature-queries.json",
    "numbers",
    [
      ...queries(featureIds.queryApplicationVersion, featureIds.queryActiveFeatures),
      ...queries(featureIds.userInfo, featureIds.sessionInfo, featureIds.queryScreens),
      query(featureIds.monitoringMode),
      minimumUpdateInterval,
    ],
  ],
  [
    "veyon5-features.json",
    "names",
    [
      ...queries(featureIds.queryApplicationVersion, featureIds.userInfo),
      ...queries(featureIds.queryActiveFeatures, featureIds.sessionInfo, featureIds.queryScreens),
      query(featureIds.monitoringMode),
      minimumUpdateInterval,
      textMessage("Hello"),
    ],
  ],
  [
    "veyon5-fake-server-authkeys.json",
    "names",
    [
      ...queries(featureIds.queryApplicationVersion, featureIds.userInfo),
      query(featureIds.queryActiveFeatures),
      textMessage("hallo"),
    ],
  ],
];

test.each(recordings)("what the client of %s sent, by %s", (file, keys, messages) => {
  const encoded = messages.map((message) => encodeFeatureMessage(message, keys).toHex());
  expect(encoded).toEqual(sentBy(file));
});

test("the same message in both spellings", () => {
  const message: FeatureMessage = {
    feature: "edad8259-b4ef-4ca5-90e6-f238d0fda694",
    command: 2,
    arguments: [[{ number: 10, name: "Ab" }, int(-1)]],
  };
  const head = "0000001e00edad8259b4ef4ca590e6f238d0fda694000000020000000002";
  const value = "0000000200ffffffff";
  expect(encodeFeatureMessage(message, "numbers").toHex()).toBe(
    `2900000038${head}000000080000000001${"0000000400310030"}${value}`,
  );
  expect(encodeFeatureMessage(message, "names").toHex()).toBe(
    `2900000038${head}000000080000000001${"0000000400410062"}${value}`,
  );
});

describe("reading", () => {
  const feature = featureIds.userInfo;
  const args = new Map([["0", int(7)]]);

  test.each<[string, Variant[], { command: number; arguments: ReadonlyMap<string, Variant> }]>([
    ["all three values", [uuid(feature), int(2), map(args)], { command: 2, arguments: args }],
    ["no arguments", [uuid(feature), int(2)], { command: 2, arguments: new Map() }],
    ["no command", [uuid(feature)], { command: 0, arguments: new Map() }],
    ["more values", [uuid(feature), int(2), map(args), int(9)], { command: 2, arguments: args }],
    ["other types", [uuid(feature), string("2"), int(1)], { command: 0, arguments: new Map() }],
  ])("%s", (_name, variants, rest) => {
    expect(decodeFeatureMessage(variants)).toEqual({ feature, ...rest });
  });

  test.each<[string, Variant[], string]>([
    ["nothing", [], "nothing"],
    ["text for the feature", [string(feature)], "QString"],
  ])("%s is refused", async (_name, variants, found) => {
    const failure = await failureOf(() => decodeFeatureMessage(variants));
    expect(failure).toBeInstanceOf(ProtocolError);
    expect(failure.message).toBe(
      `Cannot decode feature message: it starts with ${found}, wanted QUuid`,
    );
  });

  test("what is written is read, in both spellings", () => {
    for (const keys of ["numbers", "names"] as const) {
      const bytes = encodeFeatureMessage(textMessage("x"), keys);
      expect(bytes[0]).toBe(featureMessageType);
      const message = decodeFeatureMessage(decodeMessageBody(bytes.subarray(5)));
      expect(message.feature).toBe(textMessage("x").feature);
      expect(argument(message, text)).toEqual(string("x"));
      expect(argument(message, icon)).toEqual(int(1));
    }
  });

  test("an argument by its number, its name or its other name", () => {
    const key: ArgumentKey = { number: 0, name: "Name", alias: "Alias" };
    const withArgument = (name: string) => ({
      feature,
      command: 0,
      arguments: new Map([[name, int(1)]]),
    });
    for (const name of ["0", "Name", "Alias"]) {
      expect(argument(withArgument(name), key)).toEqual(int(1));
    }
    for (const name of ["name", "00", "1", "undefined"]) {
      expect(argument(withArgument(name), key)).toBeUndefined();
    }
    expect(argument(withArgument("undefined"), { number: 0, name: "Name" })).toBeUndefined();
  });
});
