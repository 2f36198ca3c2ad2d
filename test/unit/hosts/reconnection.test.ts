/** When a host that was lost is called again, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { Reconnection } from "../../../src/hosts/reconnection.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { address, fakeConnector, fakeLogin, fakeVeyon } from "./fake-host.ts";

let dialled: number;
let unreachable: HostError | null;
let refusal: HostError | null;
let failures: string[];
let reconnection: Reconnection;
let closing: AbortController;

beforeEach(() => {
  jest.useFakeTimers();
  dialled = 0;
  unreachable = null;
  refusal = null;
  failures = [];
  closing = new AbortController();
  reconnection = new Reconnection({
    address,
    connector: fakeConnector({
      dial: async () => {
        dialled++;
        if (unreachable !== null) throw unreachable;
        return fakeVeyon().veyon;
      },
      logIn: async () => {
        if (refusal !== null) throw refusal;
        return fakeLogin().loggedIn;
      },
    }),
    credentials: { method: "AuthSimple", password: "x" },
    guard: null,
    hasSpokenTls: false,
    authenticationTimeoutMs: 15_000,
    log: createLogger({ level: "error", sink: () => {} }),
  });
});

afterEach(() => {
  closing.abort();
  jest.useRealTimers();
});

async function turn(): Promise<void> {
  for (let count = 0; count < 20; count++) await Promise.resolve();
}

async function wait(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await turn();
    jest.advanceTimersByTime(Math.min(500, left));
  }
  await turn();
}

/** Begins to call the host, until it lets us in. */
function run() {
  return reconnection.run(closing.signal, ({ message }) => void failures.push(message));
}

/** The pauses before each login while every session goes this way. */
async function pausesOf(count: number, session: { hasShownPicture: boolean; ageMs: number }) {
  const pauses: number[] = [];
  const blind: number[] = [];
  while (pauses.length < count) {
    reconnection.note(session);
    blind.push(reconnection.blindSessions);
    const lostAtMs = performance.now();
    let isBack = false;
    void run().then(() => (isBack = true));
    while (!isBack) await wait(500);
    pauses.push(performance.now() - lostAtMs);
  }
  return { pauses, blind };
}

describe("a host whose sessions are lost", () => {
  test("after a while is called again after a second each time", async () => {
    const { pauses, blind } = await pausesOf(5, { hasShownPicture: true, ageMs: 60_000 });
    expect(pauses).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect(blind).toEqual([0, 0, 0, 0, 0]);
  });

  test("as soon as they have begun is called ever more seldom, up to a minute", async () => {
    const { pauses } = await pausesOf(10, { hasShownPicture: true, ageMs: 100 });
    expect(pauses).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test("before they have shown a picture as well, and they are counted", async () => {
    const { pauses, blind } = await pausesOf(4, { hasShownPicture: false, ageMs: 60_000 });
    expect(pauses).toEqual([1000, 1000, 2000, 4000]);
    expect(blind).toEqual([1, 2, 3, 4]);
  });

  test("is called after a second again once a session was a good one", async () => {
    await pausesOf(4, { hasShownPicture: false, ageMs: 100 });
    const { pauses, blind } = await pausesOf(1, { hasShownPicture: true, ageMs: 10_000 });
    expect([pauses, blind]).toEqual([[1000], [0]]);
  });
});

test.each([
  "credentials-refused",
  "access-denied",
  "method-not-offered",
  "silent",
  "lost",
] as const)(
  "a host that lists its methods and lets nobody in (%s) is asked at doubled pauses, up to a minute",
  async (failure) => {
    refusal = new HostError(failure, "no");
    void run();
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
    expect(failures).toEqual(Array(9).fill("no"));
  },
);

test.each(["refused", "timed-out", "hung-up", "not-veyon"] as const)(
  "a host that lists no methods (%s) is called once a second",
  async (failure) => {
    unreachable = new HostError(failure, failure);
    void run();
    await wait(10_000);
    expect(dialled).toBe(10);
  },
);

test("a host that is refused for not being encrypted has listed its methods", async () => {
  unreachable = new HostError("unencrypted", "speaks plain Veyon 4");
  void run();
  await wait(16_000);
  expect(dialled).toBe(5);
});

test("a host that is let go of is not called any more", async () => {
  const over = run();
  await wait(999);
  closing.abort();
  expect(await over).toBeNull();
  await wait(5000);
  expect(dialled).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});

test("what is no failure of the host is not taken for one", async () => {
  refusal = new TypeError("a mistake of ours") as unknown as HostError;
  const over = run().catch((error: unknown) => error);
  await wait(1000);
  expect(await over).toBe(refusal);
});
