/**
 * What the reference sends to a host for the body of a PUT:
 * fixtures/reference-client/rest-to-feature, and where ours does otherwise on purpose.
 */
import { fixture } from "../../support/transcript.ts";

/** A feature message; values as in the fixtures: `{bytes}`, `{stringList}`, others plain. */
export interface SentMessage {
  readonly feature: string;
  readonly command: number;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface FeatureCase {
  /** Its name in that version. */
  readonly feature: string;
  /** A text went out as it is. */
  readonly body: unknown;
  /** Null: the reference died of it. */
  readonly status: number | null;
  readonly messages: readonly SentMessage[];
}

export interface FeatureDifference {
  readonly version?: string;
  readonly feature: string;
  /** One of these bodies. */
  readonly bodies: readonly unknown[];
  readonly why: string;
  readonly status: number;
  /** Command and arguments of each. */
  readonly messages: readonly (readonly [command: number, args: Record<string, unknown>])[];
}

export function referenceFeatureCases(version: string): readonly FeatureCase[] {
  return JSON.parse(fixture(`reference-client/rest-to-feature-${version}.json`)).cases;
}

/** By any of a feature's names. */
export const featureUuids: ReadonlyMap<string, string> = new Map(
  (JSON.parse(fixture("features.json")).features as { names: object; uuid: string }[]).flatMap(
    ({ names, uuid }) => Object.values(names).map((name) => [name as string, uuid] as const),
  ),
);

const start = { active: true };
const withArguments = (args: object) => ({ active: true, arguments: args });
const nothingSent = { status: 400, messages: [] } as const;
const urls = ["https://a.example/", "https://b.example/"];
const eachUrl = urls.map((url) => [0, { "1": { stringList: [url] } }] as const);

/** The port is what Network/DemoServerPort was in the recording. */
const demoDifferences = ([version, port]: readonly [string, number]): FeatureDifference[] => {
  const token = { bytes: Buffer.from("tok").toString("hex") };
  const why = "the token belongs to the connection: the last one that it was given";
  const same = { version, bodies: [start], why, status: 200 };
  const wholeScreen = { rect: [0, 0, 0, 0] };
  return [
    { ...same, feature: "DemoServer", messages: [[0, { "0": token, "4": port, "10": 0 }]] },
    {
      ...same,
      feature: "WindowDemo",
      messages: [[2, { "0": token, "4": port, "5": wholeScreen }]],
    },
  ];
};

export const demoServerPorts = [
  ["4.11.1", 24400],
  ["4.7.5", 21400],
] as const;

export const featureDifferences: readonly FeatureDifference[] = [
  ...demoServerPorts.flatMap(demoDifferences),
  {
    version: "4.11.1",
    feature: "ScreenLock",
    bodies: [start, withArguments({ foo: 1 })],
    why: "on a local deployment ScreenLock locks",
    status: 200,
    messages: [[0, {}]],
  },
  {
    version: "4.11.1",
    feature: "InputDevicesLock",
    bodies: [start],
    why: "on a local deployment it locks",
    status: 200,
    messages: [[0, {}]],
  },
  {
    feature: "ScreenLock",
    bodies: [{ active: "true" }, { active: 1 }, { active: "yes" }],
    why: "starts, as in 4.8 and newer; and locks on a local deployment",
    status: 200,
    messages: [[0, {}]],
  },
  {
    feature: "UserLogin",
    bodies: [withArguments({ username: "bob" }), withArguments({ password: "x" })],
    why: "without a name or a password nobody can be logged in",
    ...nothingSent,
  },
  {
    feature: "StartApp",
    bodies: [withArguments({ programs: ["xterm"] })],
    why: "the name of 4.5 is understood as well",
    status: 200,
    messages: [[0, { "0": { stringList: ["xterm"] } }]],
  },
  { feature: "StartApp", bodies: [start], why: "there is nothing to start", ...nothingSent },
  {
    feature: "OpenWebsite",
    bodies: [withArguments({ websiteUrls: urls }), withArguments({ websiteUrl: urls })],
    why: "of several URLs each is opened; both names are understood",
    status: 200,
    messages: eachUrl,
  },
  {
    version: "4.11.1",
    feature: "OpenWebsite",
    bodies: [withArguments({ websiteUrl: urls[0] })],
    why: "the name up to 4.9.4 is understood as well",
    status: 200,
    messages: [eachUrl[0]],
  },
  {
    version: "4.7.5",
    feature: "OpenWebsite",
    bodies: [withArguments({ websiteUrls: urls[0] })],
    why: "the name since 4.9.5 is understood as well",
    status: 200,
    messages: [eachUrl[0]],
  },
  {
    version: "4.7.5",
    feature: "TextMessage",
    bodies: [withArguments({ text: "t", icon: 2, title: "T" })],
    why: "the title of 4.11.1 is sent to whoever understands it",
    status: 200,
    messages: [[0, { "0": "t", "1": 2, "2": "T" }]],
  },
  { feature: "TextMessage", bodies: [start], why: "there is no text", ...nothingSent },
  { feature: "RemoteControl", bodies: [start], why: "there is no host to control", ...nothingSent },
  {
    feature: "ClipboardExchange",
    bodies: [withArguments({ hostName: "x" })],
    why: "what the reference sends does nothing; ours wants a clipboardText",
    ...nothingSent,
  },
  ...[
    "FileTransfer",
    "Demo",
    "ShareOwnScreenFullScreen",
    "SystemTrayIcon",
    "MonitoringMode",
    "QueryApplicationVersion",
    "UserSessionInfo",
    "DesktopAccessDialog",
    "Screenshot",
  ].map((feature) => ({
    feature,
    bodies: [start],
    why: "no message of the API can start it",
    ...nothingSent,
  })),
  {
    version: "4.11.1",
    feature: "IdentifyUser",
    bodies: [start],
    why: "no message of the API can start it",
    ...nothingSent,
  },
  {
    version: "4.7.5",
    feature: "FileCollect",
    bodies: [start],
    why: "is a feature of newer versions",
    status: 200,
    messages: [[6, { "6": "random" }]],
  },
  {
    version: "4.7.5",
    feature: "FileCollect",
    bodies: [{ active: false }],
    why: "is a feature of newer versions",
    status: 200,
    messages: [[7, { "6": "random" }]],
  },
  {
    version: "4.7.5",
    feature: "IdentifyUser",
    bodies: [{ active: false }],
    why: "is a feature of newer versions, with nothing to stop",
    status: 200,
    messages: [],
  },
];

/**
 * The same for both sides: what is random is only told to be so; a repeated start of a demo server
 * counts once (4.7.5 repeats it every second); a title that is null is none; and the update
 * interval that a demo viewer brings with it is left out, since ours does not slow the pictures
 * down.
 */
export function comparable(messages: readonly SentMessage[]): SentMessage[] {
  const result: SentMessage[] = [];
  for (const { feature, command, arguments: args } of messages) {
    if (feature === featureUuids.get("MonitoringMode")) continue;
    const entries = Object.entries(args)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isRandom(feature, key, value) ? "random" : value]);
    const message = { feature, command, arguments: Object.fromEntries(entries) };
    const isRepeated = feature === featureUuids.get("DemoServer");
    if (isRepeated && Bun.deepEquals(result.at(-1), message)) continue;
    result.push(message);
  }
  return result;
}

function isRandom(feature: string, key: string, value: unknown): boolean {
  if (feature === featureUuids.get("UserLogin"))
    return key === "1" && String(value).length === 1024;
  if (feature === featureUuids.get("FileCollect")) return key === "6";
  return key === "0" && (value as { bytes?: string }).bytes?.length === 256;
}
