/** What HTTP sees of a computer, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { featureByUid } from "../../../src/hosts/features/table.ts";
import { Reconnection } from "../../../src/hosts/reconnection.ts";
import type { PictureEncoder } from "../../../src/image/picture-encoder.ts";
import { PictureError } from "../../../src/image/picture-error.ts";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { FrameGoneError, type Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import type { Variant } from "../../../src/qt/variant.ts";
import type { Uuid } from "../../../src/qt/uuid.ts";
import { clipboardMessage } from "../../../src/veyon/clipboard-message.ts";
import { encodeFeatureMessage } from "../../../src/veyon/feature-message.ts";
import { featureIds } from "../../../src/veyon/feature-ids.ts";
import type { CloseReason, HostEvent } from "../../../src/watch/host-events.ts";
import { logHostEvents } from "../../../src/watch/host-log.ts";
import { WatchedHost } from "../../../src/watch/watched-host.ts";
import { failureOf } from "../../support/failure.ts";
import { type FakeLogin, fakeConnector, fakeLogin, sessionResources } from "../hosts/fake-host.ts";
import { desktopSize, raw, update } from "../rfb/update-bytes.ts";

const parameters: PictureParameters = {
  format: "jpeg",
  compression: 5,
  quality: 75,
  width: null,
  height: null,
};

/** Says which colour the first pixel has, for every picture that is made. */
class FakeEncoder {
  made: string[] = [];
  etags = 0;
  failure: Error | null = null;
  isClosed = false;

  etag({ revision, width }: Framebuffer): string {
    this.etags++;
    return `"${width}-${revision}"`;
  }

  async encode(frame: Framebuffer, { width }: PictureParameters) {
    const text = `${frame.pixels[0] & 0xff_ff_ff}${width === null ? "" : ` ${width}`}`;
    this.made.push(text);
    if (this.failure !== null) throw this.failure;
    const { revision } = frame;
    const encoded = { stripRevisions: Uint32Array.of(revision) };
    return { bytes: Buffer.from(text), revision, etag: this.etag(frame), key: "", encoded };
  }

  close(): void {
    this.isClosed = true;
  }
}

const stays = new AbortController().signal;

let logins: FakeLogin[];
let encoder: FakeEncoder;
let lines: string[];
let events: HostEvent[];
let watched: WatchedHost;

beforeEach(() => {
  jest.useFakeTimers();
  logins = [fakeLogin()];
  encoder = new FakeEncoder();
  lines = [];
  events = [];
  const log = createLogger({ level: "info", sink: (line) => void lines.push(line) });
  const { loggedIn } = logins[0];
  const reconnection = new Reconnection({
    address: loggedIn.veyon.address,
    connector: fakeConnector({
      dial: async () => fakeLogin().loggedIn.veyon,
      logIn: async () => {
        logins.push(fakeLogin());
        return logins.at(-1)!.loggedIn;
      },
    }),
    credentials: { method: "AuthSimple", password: "x" },
    guard: null,
    hasSpokenTls: false,
    authenticationTimeoutMs: 15_000,
    log,
  });
  watched = new WatchedHost(loggedIn, {
    resources: sessionResources(),
    reconnection,
    pictures: encoder as unknown as PictureEncoder,
    loginName: {},
    demoServerPort: 11_400,
    demoToken: new Uint8Array(128),
    checkNamed: () => {},
  });
  logHostEvents(watched, log);
  watched.events.subscribe((event) => void events.push(event));
});
afterEach(() => {
  watched.close("DELETE");
  jest.useRealTimers();
});

/** A message of a host with one screen of a pixel. */
function oneScreen(x = 0): Uint8Array {
  const geometry = { left: x, top: 0, right: x, bottom: 0 };
  const screen = new Map<string, Variant>([["geometry", { type: "QRect", value: geometry }]]);
  const list: Variant = { type: "QVariantList", value: [{ type: "QVariantMap", value: screen }] };
  return encodeFeatureMessage(
    {
      feature: featureIds.queryScreens,
      command: 0,
      arguments: [[{ number: 3, name: "ScreenInfoList" }, list]],
    },
    "numbers",
  );
}

/** Lets everything happen that waits for no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** The host shows one colour, on its whole screen. */
async function show(colour: number, login = logins.at(-1)!): Promise<void> {
  login.stream.push(update(raw(0, 0, 2, 1, colour)));
  await settle();
}

async function lose(): Promise<void> {
  logins.at(-1)!.stream.end(null);
  await settle();
}

async function come(): Promise<void> {
  jest.advanceTimersByTime(1000);
  await settle();
}

function textOf(look: Awaited<ReturnType<WatchedHost["look"]>>): string | null {
  const picture = look?.picture ?? null;
  return picture === null ? null : Buffer.from(picture.bytes).toString();
}

/** Whether the look is over, whatever its answer. */
function look(signal = stays, wanted = parameters) {
  const answer = watched.look(wanted, () => false, signal).then(textOf);
  const looked = { isOver: false, answer };
  const over = () => void (looked.isOver = true);
  answer.then(over, over);
  return looked;
}

describe("a picture that is there", () => {
  test("is given at once", async () => {
    await show(5);
    expect(await look().answer).toBe("5");
  });

  test("is not made for somebody who has it", async () => {
    await show(5);
    const first = await watched.look(parameters, () => false, stays);
    encoder.made = [];
    const again = await watched.look(parameters, (etag) => etag === first!.etag, stays);
    expect(again).toEqual({ etag: first!.etag, picture: null });
    expect(encoder.made).toEqual([]);
  });

  test("is looked at anew when its size changes meanwhile, three times at most", async () => {
    await show(5);
    encoder.failure = new FrameGoneError("replaced");
    expect(await failureOf(look().answer)).toBe(encoder.failure);
    expect(encoder.made).toEqual(["5", "5", "5"]);
  });

  test("that cannot be made is an error at once", async () => {
    await show(5);
    encoder.failure = new PictureError("parameters", "too wide");
    expect(await failureOf(look().answer)).toBe(encoder.failure);
    expect(encoder.made).toEqual(["5"]);
  });
});

describe("what a viewer is shown beside the picture", () => {
  let told: string[];
  beforeEach(() => {
    told = [];
    watched.desktop.subscribe({
      onCursor: () => told.push(`cursor of ${watched.host.session.cursor?.width} pixels`),
      onClipboard: (text) => told.push(`${text.length} of ${text.slice(0, 3)}`),
    });
  });

  async function copy(text: string, keys: "numbers" | "names" = "numbers"): Promise<void> {
    logins.at(-1)!.stream.push(encodeFeatureMessage(clipboardMessage(text), keys));
    await settle();
  }

  test("is what is copied there, by Veyon 4 and 5, however long", async () => {
    await copy("für");
    await copy("für", "names");
    await copy("x".repeat(524_200));
    await copy("x".repeat(524_289));
    expect(told).toEqual(["3 of für", "3 of für", "524200 of xxx"]);
    await show(5);
    expect(await look().answer).toBe("5");
  });

  test("is the pointer, when it changes", async () => {
    const cursor = (width: number) => ({
      width,
      height: 1,
      encoding: Encoding.RichCursor,
      payload: "00".repeat(width * 4 + 1),
    });
    logins[0].stream.push(update(cursor(5), raw(0, 0, 2, 1, 7)));
    await settle();
    await show(8);
    logins[0].stream.push(update(cursor(6)));
    await settle();
    expect(told).toEqual(["cursor of 5 pixels", "cursor of 6 pixels"]);
    // Of one who logs in anew nothing is known yet.
    await lose();
    await come();
    expect(watched.host.session.cursor).toBeNull();
  });
});

describe("the first picture is waited for", () => {
  test("until it comes", async () => {
    const looks = [look(), look()];
    await settle();
    jest.advanceTimersByTime(999);
    await settle();
    expect(looks.map(({ isOver }) => isOver)).toEqual([false, false]);
    await show(7);
    expect(await Promise.all(looks.map(({ answer }) => answer))).toEqual(["7", "7"]);
  });

  test("also when the host names its screens meanwhile", async () => {
    const looked = look();
    await settle();
    logins[0].stream.push(oneScreen());
    await settle();
    expect([looked.isOver, events]).toEqual([false, [{ kind: "changed", part: "screens" }]]);
    await show(5);
    expect(await looked.answer).toBe("5");
  });

  test("for a second", async () => {
    const looked = look();
    await settle();
    jest.advanceTimersByTime(1000);
    expect(await looked.answer).toBeNull();
  });

  test("by nobody who has gone", async () => {
    const caller = new AbortController();
    const looked = look(caller.signal);
    await settle();
    expect(looked.isOver).toBeFalse();
    caller.abort();
    expect(await looked.answer).toBeNull();
    expect(await look(caller.signal).answer).toBeNull();
  });

  test("not beyond the end of the connection", async () => {
    const looked = look();
    await settle();
    watched.close("DELETE");
    const failure = await failureOf(looked.answer);
    expect(failure.message).toBe("the connection has been closed");
  });

  test("not beyond the loss of the host", async () => {
    const looked = look();
    await settle();
    await lose();
    const failure = await failureOf(looked.answer);
    expect(failure.message).toBe("the host closed the connection");
  });

  test("no more when it has not come for 5 s, until one has", async () => {
    for (let ms = 0; ms < 5000; ms += 1000) {
      const looked = look();
      await settle();
      expect(looked.isOver).toBeFalse();
      jest.advanceTimersByTime(1000);
      expect(await looked.answer).toBeNull();
    }
    jest.advanceTimersByTime(1);
    expect(await look().answer).toBeNull();
    await show(9);
    expect(await look().answer).toBe("9");
  });

  test("anew after the host has come back", async () => {
    const before = look();
    await settle();
    jest.advanceTimersByTime(1000);
    await before.answer;
    jest.advanceTimersByTime(5000);
    await lose();
    await come();
    expect(logins).toHaveLength(2);
    const looked = look();
    await settle();
    expect(looked.isOver).toBeFalse();
    await show(3);
    expect(await looked.answer).toBe("3");
  });
});

describe("an update of the screen", () => {
  test("has the pictures made that will be asked for, and no others", async () => {
    await show(1);
    expect(encoder.made).toEqual([]);
    await look().answer;
    await look(stays, { ...parameters, width: 320 }).answer;
    encoder.made = [];
    await show(2);
    expect(encoder.made).toEqual(["2", "2 320"]);
  });

  test("that changes no pixel has none made", async () => {
    await show(1);
    await look().answer;
    await show(2);
    encoder.made = [];
    await show(2);
    expect(encoder.made).toEqual([]);
  });

  test("in which a picture cannot be made is no error to anybody but who asks for it", async () => {
    await show(1);
    await look().answer;
    encoder.failure = new PictureError("parameters", "too wide");
    await show(2);
    expect(await failureOf(look().answer)).toBe(encoder.failure);
    encoder.failure = null;
    expect(await look().answer).toBe("2");
  });

  test("reaches all who have subscribed, as the newest picture", async () => {
    const heard: number[][] = [[], []];
    const ends = heard.map((colours) =>
      watched.feed.subscribe(({ pixels }) => void colours.push(pixels[0] & 0xff_ff_ff)),
    );
    await show(1);
    ends[0]();
    await show(2);
    expect(heard).toEqual([[1], [1, 2]]);
  });

  test("that leaves the screen incomplete is no picture", async () => {
    const heard: Framebuffer[] = [];
    watched.feed.subscribe((picture) => void heard.push(picture));
    logins[0].stream.push(update(raw(0, 0, 1, 1, 4)));
    await settle();
    logins[0].stream.push(update(desktopSize(3, 1)));
    await settle();
    expect(heard).toEqual([]);
    logins[0].stream.push(update(raw(0, 0, 3, 1, 4)));
    await settle();
    expect(heard.map(({ width }) => width)).toEqual([3]);
  });
});

test("a viewer of one screen gets another picture when the host has named its screens anew", async () => {
  await show(5);
  const follower = watched.follow({ ...parameters, screen: 1 }, 10);
  const first = follower.next(stays);
  await settle();
  expect(encoder.made).toHaveLength(0);
  logins[0].stream.push(oneScreen(0));
  await first;
  const leave = new AbortController();
  const next = follower.next(leave.signal);
  jest.advanceTimersByTime(100);
  await settle();
  expect(encoder.made).toHaveLength(1);
  logins[0].stream.push(oneScreen(1));
  await settle();
  expect(encoder.made).toHaveLength(2);
  leave.abort();
  expect(await next).toBeNull();
});

test("of two features that wait for a lost host, none undoes what the other changes", async () => {
  await show(1);
  await lose();
  const request = (feature: Uuid, args: object) =>
    watched.control({ feature: featureByUid(feature)!, isActive: true, arguments: args });
  const waiting = [
    request(featureIds.demoServer, { demoAccessToken: "given" }),
    request(featureIds.screenLock, {}),
  ];
  await come();
  await Promise.all(waiting);
  expect(Buffer.from(watched.features.demoToken).toString()).toBe("given");
});

describe("what happens to a host is told", () => {
  const activeFeatures = (...uids: string[]) =>
    encodeFeatureMessage(
      {
        feature: featureIds.queryActiveFeatures,
        command: 0,
        arguments: [
          [
            { number: 0, name: "features" },
            { type: "QStringList", value: uids },
          ],
        ],
      },
      "numbers",
    );

  test("each part of its state that changes, once", async () => {
    const locked = activeFeatures(featureIds.screenLock);
    for (const message of [activeFeatures(), locked, locked]) {
      logins[0].stream.push(message);
      await settle();
    }
    expect(events).toEqual([{ kind: "changed", part: "features" }]);
  });

  test("its loss with the reason, its return, and its end", async () => {
    await lose();
    expect(events.splice(0)).toEqual([{ kind: "lost", reason: expect.any(HostError) }]);
    await come();
    expect(events.splice(0)).toEqual([{ kind: "back" }]);
    watched.close("idle");
    expect(events).toEqual([{ kind: "closed", reason: "idle" }]);
    expect(encoder.isClosed).toBeTrue();
    expect(logins.at(-1)!.isClosed()).toBeTrue();
    await settle();
    jest.advanceTimersByTime(60_000);
    await settle();
    expect(logins).toHaveLength(2);
    expect(events).toHaveLength(1);
  });

  test("in the log", async () => {
    await lose();
    await come();
    watched.close("idle");
    expect(lines.map((line) => line.slice(line.indexOf("event=")))).toEqual([
      'event="host lost" host=pc-07:11100 reason="the host closed the connection"',
      'event="host is back" host=pc-07:11100',
      'event="host closed" host=pc-07:11100 reason=idle',
    ]);
  });

  test.each<CloseReason>(["idle", "lifetime", "DELETE", "shutdown", "abandoned", "limit"])(
    "its end in the log, with the reason: %s",
    (reason) => {
      watched.close(reason);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toEndWith(`event="host closed" host=pc-07:11100 reason=${reason}`);
    },
  );

  test("its end in the log, and that it was lost then", async () => {
    await lose();
    watched.close("idle");
    expect(lines.at(-1)).toEndWith(' reason=idle lost="the host closed the connection"');
  });
});
