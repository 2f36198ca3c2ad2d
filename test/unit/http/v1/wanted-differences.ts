/**
 * Where our answer to a PUT, or what we send for it, is meant to differ from what the reference was
 * seen to do.
 */
import { expect } from "bun:test";
import { string, stringList, type Variant } from "../../../../src/qt/variant.ts";
import type { Message, RecordedPut } from "./recorded-puts.ts";

interface Difference {
  readonly why: string;
  readonly when: (put: RecordedPut) => boolean;
  /** What of the recorded outcome is another one. */
  readonly ours: (put: RecordedPut) => Partial<Pick<RecordedPut, "status" | "code" | "messages">>;
}

const invalidData = { status: 400, code: 1, messages: [] };
const invalidFeature = { status: 400, code: 3, messages: [] };
const ok = { status: 200, code: null };

const withoutMessage = [
  "FileTransfer",
  "Demo",
  "ShareOwnScreenFullScreen",
  "SystemTrayIcon",
  "MonitoringMode",
  "QueryApplicationVersion",
  "UserSessionInfo",
  "DesktopAccessDialog",
  "IdentifyUser",
  "Screenshot",
];

/** Any one of them will do. */
const required: Record<string, readonly string[][]> = {
  TextMessage: [["text"]],
  UserLogin: [["username"], ["password"]],
  RemoteControl: [["hostName"]],
  ClipboardExchange: [["clipboardText"]],
  StartApp: [["applications", "programs"]],
};

const activeOf = ({ body }: RecordedPut) => (typeof body === "string" ? undefined : body.active);
const argumentsOf = ({ body }: RecordedPut) =>
  typeof body === "string" ? {} : (body.arguments ?? {});
const isStart = (put: RecordedPut) => activeOf(put) === true;
const isLock = ({ feature }: RecordedPut) => feature.endsWith("Lock");
const startsInNewest = (put: RecordedPut) =>
  [true, 1, "true", "yes"].includes(activeOf(put) as string);

function message({ uid }: RecordedPut, args: Record<string, Variant> = {}): Message {
  return { feature: uid, command: 0, arguments: args };
}

function urlMessages(put: RecordedPut): Message[] {
  const { websiteUrls, websiteUrl } = argumentsOf(put);
  return [websiteUrls ?? websiteUrl]
    .flat()
    .map((url) => message(put, { "1": stringList([String(url)]) }));
}

export const wantedDifferences: readonly Difference[] = [
  {
    why: "1, true and any other text start, as in 4.8 and newer",
    when: (put) => put.version === "4.7.5" && isLock(put) && !isStart(put) && startsInNewest(put),
    ours: (put) => ({ messages: [message(put)] }),
  },
  {
    why: "a lock is sent to the computer on which this server runs, too",
    when: (put) => put.version === "4.11.1" && isLock(put) && startsInNewest(put),
    ours: (put) => ({ messages: [message(put)] }),
  },
  {
    why: "what has no message at all cannot be started",
    when: (put) => isStart(put) && withoutMessage.includes(put.feature) && put.code === null,
    ours: () => invalidFeature,
  },
  {
    why: "the newest features are known: stopping what has nothing to stop is no error",
    when: (put) => put.version === "4.7.5" && put.feature === "IdentifyUser" && !isStart(put),
    ours: () => ok,
  },
  {
    why: "the newest features are known: the host is told of a file collection",
    when: (put) => put.version === "4.7.5" && put.feature === "FileCollect",
    ours: (put) => {
      const collectionId = { type: "QUuid", value: expect.any(String) } as unknown as Variant;
      const command = isStart(put) ? 6 : 7;
      return { ...ok, messages: [{ ...message(put, { "6": collectionId }), command }] };
    },
  },
  {
    why: "where a required argument is missing nothing is sent, and the caller is told",
    when: (put) =>
      isStart(put) &&
      (required[put.feature] ?? []).some(
        (names) => !names.some((name) => name in argumentsOf(put)),
      ),
    ours: () => invalidData,
  },
  {
    why: "programs, the name of 4.5, is understood",
    when: (put) => "programs" in argumentsOf(put),
    ours: (put) => ({ messages: [message(put, { "0": stringList(["xterm"]) })] }),
  },
  {
    why: "websiteUrl and websiteUrls are both understood, and each URL has a message of its own",
    when: (put) =>
      isStart(put) &&
      put.feature === "OpenWebsite" &&
      !Bun.deepEquals(put.messages, urlMessages(put)),
    ours: (put) => ({ messages: urlMessages(put) }),
  },
  {
    why: "the title of a message is sent to every host, but only when it is given",
    when: (put) =>
      isStart(put) &&
      put.feature === "TextMessage" &&
      (put.version === "4.7.5") === "title" in argumentsOf(put),
    ours: (put) => {
      const { "2": _null, ...rest } = put.messages[0].arguments;
      const { title } = argumentsOf(put);
      const args = title === undefined ? rest : { ...rest, "2": string(title as string) };
      return { messages: [message(put, args)] };
    },
  },
  {
    why: "a demo server is started once, not every second until it is stopped",
    when: (put) => put.version === "4.7.5" && put.feature === "DemoServer" && isStart(put),
    ours: (put) => ({ messages: put.messages.slice(0, 1) }),
  },
  {
    why: "a demo viewer does not slow down the pictures of its connection (MonitoringMode)",
    when: ({ feature }) => feature === "FullScreenDemo" || feature === "WindowDemo",
    ours: (put) => ({ messages: put.messages.slice(1) }),
  },
];

/** The difference that is wanted for this PUT, if any. */
export function differenceOf(put: RecordedPut): Difference | null {
  return wantedDifferences.find(({ when }) => when(put)) ?? null;
}
