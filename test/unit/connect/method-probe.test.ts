import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { MethodProbe } from "../../../src/connect/method-probe.ts";
import { failureOf } from "../../support/failure.ts";
import { address, type FakeVeyon, fakeConnector, fakeVeyon } from "../hosts/fake-host.ts";

const other = { ...address, port: 11200 };
const timeoutMs = 15_000;
const asker = { signal: new AbortController().signal, caller: "10.0.0.7" };

let dialled: { where: string; signal: AbortSignal; host: FakeVeyon }[];
let probe: MethodProbe;
/** What the next dial gives; a host that answers unless a test says otherwise. */
let answer: (host: FakeVeyon) => Promise<unknown>;

beforeEach(() => {
  jest.useFakeTimers();
  // The library takes 0 for "not set".
  jest.advanceTimersByTime(1);
  dialled = [];
  answer = () => Promise.resolve();
  const connector = fakeConnector({
    dial: async ({ host, port }, { signal }) => {
      const fake = fakeVeyon({ methods: ["AuthKeys", "AuthLogon"] });
      dialled.push({ where: `${host}:${port}`, signal, host: fake });
      await answer(fake);
      return fake.veyon;
    },
  });
  probe = new MethodProbe(connector, timeoutMs);
});

afterEach(() => {
  probe.close();
  jest.useRealTimers();
});

describe("asking", () => {
  test("gives the host's methods", async () => {
    expect(await probe.methods(address, asker)).toEqual(["AuthKeys", "AuthLogon"]);
    expect(dialled.map(({ where }) => where)).toEqual(["pc-07:11100"]);
  });

  test("asks each host at most once in 30 s, also while it is being asked", async () => {
    await Promise.all([
      probe.methods(address, asker),
      probe.methods(address, asker),
      probe.methods(other, asker),
    ]);
    jest.advanceTimersByTime(30_000);
    await probe.methods(address, asker);
    expect(dialled).toHaveLength(2);
    jest.advanceTimersByTime(1);
    await probe.methods(address, asker);
    expect(dialled).toHaveLength(3);
  });

  test("gives up at its time", async () => {
    const refusal = new HostError("silent", "no answer in time");
    answer = () =>
      new Promise((_resolve, reject) => {
        dialled[0].signal.addEventListener("abort", () => reject(refusal));
      });
    const asking = failureOf(probe.methods(address, asker));
    jest.advanceTimersByTime(timeoutMs);
    expect(await asking).toBe(refusal);
  });

  test("a failure is not kept: the next call asks again", async () => {
    answer = () => Promise.reject(new HostError("refused", "refused"));
    expect((await failureOf(probe.methods(address, asker))).message).toBe("refused");
    answer = () => Promise.resolve();
    expect(await probe.methods(address, asker)).toHaveLength(2);
    expect(dialled).toHaveLength(2);
  });

  test("of one client calls 256 hosts at once, and leaves as many places to others", async () => {
    const answered = Promise.withResolvers<void>();
    answer = () => answered.promise;
    const ask = (port: number, caller: string) =>
      probe.methods({ host: "pc", port }, { ...asker, caller });
    const all = Array.from({ length: 256 }, (_, index) => ask(index + 1, "attacker"));
    expect(await failureOf(ask(300, "attacker"))).toMatchObject({ failure: "overloaded" });
    const another = ask(300, "teacher");
    expect(dialled).toHaveLength(257);
    // Whoever wants what is being asked already needs no place.
    all.push(ask(1, "attacker"), another);
    answered.resolve();
    expect((await Promise.all(all)).map((methods) => methods.length)).not.toContain(0);
    expect(dialled).toHaveLength(257);
  });

  test("keeps the answers of a limited number of hosts", async () => {
    for (let port = 1; port <= 1025; port++) await probe.methods({ host: "pc", port }, asker);
    expect(dialled[0].host.isClosed()).toBe(true);
    expect(dialled[1].host.isClosed()).toBe(false);
    await probe.methods({ host: "pc", port: 2 }, asker);
    expect(dialled).toHaveLength(1025);
    await probe.methods({ host: "pc", port: 1 }, asker);
    expect(dialled).toHaveLength(1026);
  });
});

describe("the connection that has asked", () => {
  test("is taken once, by a login at the same host", async () => {
    await probe.methods(address, asker);
    expect(probe.takeWaiting(other)).toBeNull();
    expect(probe.takeWaiting(address)).toBe(dialled[0].host.veyon);
    expect(probe.takeWaiting(address)).toBeNull();
    await probe.methods(address, asker);
    expect(dialled).toHaveLength(1);
  });

  test("is not touched any more once it has been taken", async () => {
    await probe.methods(address, asker);
    probe.takeWaiting(address);
    jest.advanceTimersByTime(60_000);
    probe.close();
    expect(dialled[0].host.isClosed()).toBe(false);
  });

  test("waits for 10 s", async () => {
    await probe.methods(address, asker);
    jest.advanceTimersByTime(9_999);
    expect(dialled[0].host.isClosed()).toBe(false);
    jest.advanceTimersByTime(1);
    expect(dialled[0].host.isClosed()).toBe(true);
    expect(probe.takeWaiting(address)).toBeNull();
  });

  test("is not given out after the host has closed it", async () => {
    await probe.methods(address, asker);
    dialled[0].host.veyon.connection.close();
    await dialled[0].host.veyon.connection.closed;
    expect(probe.takeWaiting(address)).toBeNull();
  });

  test("is closed when nobody waits for its answer any more", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = () => promise;
    const asking = probe.methods(address, asker);
    probe.close();
    resolve();
    await asking;
    expect(dialled[0].host.isClosed()).toBe(true);
    expect(probe.takeWaiting(address)).toBeNull();
  });
});

test("closing closes what waits and stops all clocks", async () => {
  await probe.methods(address, asker);
  await probe.methods(other, asker);
  probe.close();
  expect(dialled.map(({ host }) => host.isClosed())).toEqual([true, true]);
  // The dials' own time limits are no clocks of the probe.
  jest.advanceTimersByTime(timeoutMs);
  expect(jest.getTimerCount()).toBe(0);
});
