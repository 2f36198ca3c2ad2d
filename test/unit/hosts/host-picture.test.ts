/** Who asks for a picture before there is one waits for it a little, and no longer than it can come. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import type { CloseReason } from "../../../src/hosts/connection-pool.ts";
import { Host } from "../../../src/hosts/host.ts";
import { HostError } from "../../../src/hosts/host-error.ts";
import type { HostSession } from "../../../src/hosts/host-session.ts";
import { createLogger } from "../../../src/log.ts";
import type { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import { failureOf } from "../../support/failure.ts";
import { fakeConnector, fakeVeyon } from "./fake-host.ts";

const screen = {} as Framebuffer;

class FakeSession {
  readonly ageMs = 60_000;
  shown: Framebuffer | null = null;
  onPicture: (picture: Framebuffer) => void = () => {};
  readonly #end = Promise.withResolvers<HostError>();
  readonly ended = this.#end.promise;

  get hasShownPicture(): boolean {
    return this.shown !== null;
  }

  picture = () => Promise.resolve(this.shown);

  show(): void {
    this.shown = screen;
    this.onPicture(screen);
  }

  lose(): void {
    this.#end.resolve(new HostError("lost", "the host closed the connection"));
  }

  close(): void {
    this.#end.resolve(new HostError("cancelled", "the connection has been closed"));
  }
}

const stays = new AbortController().signal;

let session: FakeSession;
let sessions: FakeSession[];
let lines: string[];
let host: Host;

beforeEach(() => {
  jest.useFakeTimers();
  session = new FakeSession();
  sessions = [session];
  lines = [];
  host = new Host(fakeVeyon().veyon, session as unknown as HostSession, {
    connector: fakeConnector({
      dial: () => Promise.resolve(fakeVeyon().veyon),
      logIn: () => {
        sessions.push(new FakeSession());
        return Promise.resolve(sessions.at(-1) as unknown as HostSession);
      },
    }),
    credentials: { method: "AuthSimple", password: "x" },
    authenticationTimeoutMs: 15_000,
    log: createLogger({ level: "info", sink: (line) => void lines.push(line) }),
  });
});
afterEach(() => {
  host.close("DELETE");
  jest.useRealTimers();
});

/** Lets everything happen that waits for no clock. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Whether the picture has been answered for, whatever the answer. */
function ask(signal = stays) {
  const asked = { isOver: false, answer: host.picture(signal) };
  const over = () => void (asked.isOver = true);
  asked.answer.then(over, over);
  return asked;
}

test("a picture that is there is given at once", async () => {
  session.show();
  expect(await host.picture(stays)).toBe(screen);
});

describe("the first picture is waited for", () => {
  test("until it comes", async () => {
    const asked = [ask(), ask()];
    await settle();
    jest.advanceTimersByTime(999);
    await settle();
    expect(asked.map(({ isOver }) => isOver)).toEqual([false, false]);
    session.show();
    expect(await Promise.all(asked.map(({ answer }) => answer))).toEqual([screen, screen]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("for a second", async () => {
    const asked = ask();
    await settle();
    jest.advanceTimersByTime(1000);
    expect(await asked.answer).toBeNull();
  });

  test("by nobody who has gone", async () => {
    const caller = new AbortController();
    const asked = ask(caller.signal);
    await settle();
    expect(asked.isOver).toBeFalse();
    caller.abort();
    expect(await asked.answer).toBeNull();
    expect(jest.getTimerCount()).toBe(0);
    const gone = ask(caller.signal);
    expect(await gone.answer).toBeNull();
  });

  test("not beyond the end of the connection", async () => {
    const asked = ask();
    await settle();
    host.close("DELETE");
    const failure = await failureOf(asked.answer);
    expect(failure.message).toBe("the connection has been closed");
    expect(jest.getTimerCount()).toBe(0);
  });

  test("not beyond the loss of the host", async () => {
    const asked = ask();
    await settle();
    session.lose();
    const failure = await failureOf(asked.answer);
    expect(failure.message).toBe("the host closed the connection");
  });

  test("no more when it has not come for 5 s, until one has", async () => {
    for (let ms = 0; ms < 5000; ms += 1000) {
      const asked = ask();
      await settle();
      expect(asked.isOver).toBeFalse();
      jest.advanceTimersByTime(1000);
      expect(await asked.answer).toBeNull();
    }
    jest.advanceTimersByTime(1);
    expect(await ask().answer).toBeNull();
    session.show();
    expect(await ask().answer).toBe(screen);
    session.shown = null;
    const asked = ask();
    await settle();
    expect(asked.isOver).toBeFalse();
  });

  test("anew after the host has come back", async () => {
    const before = ask();
    await settle();
    jest.advanceTimersByTime(1000);
    await before.answer;
    jest.advanceTimersByTime(5000);
    session.lose();
    await settle();
    jest.advanceTimersByTime(1000);
    await settle();
    expect(sessions).toHaveLength(2);
    const asked = ask();
    await settle();
    expect(asked.isOver).toBeFalse();
    sessions[1].show();
    expect(await asked.answer).toBe(screen);
  });
});

describe("the end of a host is logged", () => {
  const closed = () => lines.filter((line) => line.includes('event="host closed"'));

  test.each<CloseReason>(["idle", "lifetime", "DELETE", "shutdown", "abandoned", "limit"])(
    "once, with its reason: %s",
    (reason) => {
      host.close(reason);
      host.close("shutdown");
      expect(closed()).toHaveLength(1);
      expect(closed()[0]).toEndWith(`event="host closed" host=pc-07:11100 reason=${reason}`);
    },
  );

  test("and that it was lost then", async () => {
    session.lose();
    await settle();
    host.close("idle");
    expect(closed()[0]).toEndWith(' reason=idle lost="the host closed the connection"');
  });
});
