/** When a host that was lost is called again, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { HostError } from "../../../src/hosts/host-error.ts";
import type { HostSession } from "../../../src/hosts/host-session.ts";
import { Host } from "../../../src/hosts/host.ts";
import { createLogger } from "../../../src/log.ts";
import { fakeConnector, fakeVeyon } from "./fake-host.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const log = createLogger({ level: "error", sink: () => {} });

interface FakeSession {
  readonly session: HostSession;
  /** Ends it, after it has lasted so long. */
  lose(ageMs: number): void;
}

function fakeSession(hasShownPicture: boolean): FakeSession {
  const { promise: ended, resolve } = Promise.withResolvers<HostError>();
  const session = { ended, hasShownPicture, ageMs: 0, close() {}, onPicture() {} };
  return {
    session: session as unknown as HostSession,
    lose: (ageMs) => {
      session.ageMs = ageMs;
      resolve(new HostError("lost", "the host closed the connection"));
    },
  };
}

let logins: { atMs: number; failures: number | undefined; session: FakeSession }[];
let dialled: number;
let refuse: HostError | null;
let host: Host;
let first: FakeSession;
let startedAtMs: number;

function open(hasShownPicture = true): void {
  const connector = fakeConnector({
    dial: async () => {
      dialled++;
      return fakeVeyon().veyon;
    },
    logIn: async (_veyon, _credentials, { failures }) => {
      if (refuse !== null) throw refuse;
      const session = fakeSession(hasShownPicture);
      logins.push({ atMs: Math.round(performance.now() - startedAtMs), failures, session });
      return session.session;
    },
  });
  first = fakeSession(hasShownPicture);
  const credentials = { method: "AuthKeys", keyName: "teacher", privateKey } as const;
  const options = { connector, credentials, authenticationTimeoutMs: 15_000, log };
  host = new Host(fakeVeyon().veyon, first.session, options);
}

beforeEach(() => {
  jest.useFakeTimers();
  startedAtMs = performance.now();
  logins = [];
  dialled = 0;
  refuse = null;
});

afterEach(() => {
  host.close("DELETE");
  jest.useRealTimers();
});

async function wait(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await turn();
    jest.advanceTimersByTime(Math.min(500, left));
  }
  await turn();
}

async function turn(): Promise<void> {
  for (let count = 0; count < 20; count++) await Promise.resolve();
}

/** The pauses before each login while every session is lost as soon as it has begun. */
async function pausesOf(count: number, ageMs: number): Promise<number[]> {
  first.lose(ageMs);
  let lostAtMs = 0;
  const pauses: number[] = [];
  while (pauses.length < count) {
    const known = logins.length;
    while (logins.length === known) await wait(500);
    const { atMs, session } = logins.at(-1)!;
    pauses.push(atMs - lostAtMs);
    lostAtMs = Math.round(performance.now() - startedAtMs);
    session.lose(ageMs);
  }
  return pauses;
}

describe("a host whose sessions are lost", () => {
  test("after a while is called again after a second each time", async () => {
    open();
    expect(await pausesOf(5, 60_000)).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect(logins.map(({ failures }) => failures)).toEqual([0, 0, 0, 0, 0]);
  });

  test("as soon as they have begun is called ever more seldom, up to a minute", async () => {
    open();
    const pauses = await pausesOf(10, 100);
    expect(pauses).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test("before they have shown a picture as well, and each knows how many there were", async () => {
    open(false);
    const pauses = await pausesOf(4, 60_000);
    expect(pauses).toEqual([1000, 1000, 2000, 4000]);
    expect(logins.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
  });
});

test("a host that refuses is asked at doubled pauses, up to a minute", async () => {
  open();
  refuse = new HostError("credentials-refused", "no");
  first.lose(60_000);
  await wait(1000);
  expect(dialled).toBe(1);
  const asked: number[] = [];
  for (let pauseMs = 1000; asked.length < 8; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    await wait(pauseMs - 1);
    const before = dialled;
    await wait(1);
    asked.push(dialled - before);
  }
  expect(asked).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect(dialled).toBe(9);
});

test("a host that cannot be reached is called once a second", async () => {
  open();
  refuse = new HostError("refused", "refused");
  first.lose(60_000);
  await wait(10_000);
  expect(dialled).toBe(10);
});
