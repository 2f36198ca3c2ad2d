/** What a host is asked while somebody listens, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { HostError } from "../../../src/connect/host-error.ts";
import { FreshState } from "../../../src/hosts/fresh-state.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { stringList } from "../../../src/qt/variant.ts";
import { featureIds } from "../../../src/veyon/feature-ids.ts";
import { HostEvents } from "../../../src/watch/host-events.ts";
import { StateFeed } from "../../../src/watch/state-feed.ts";

const names: Record<string, string> = {
  [featureIds.queryActiveFeatures]: "features",
  [featureIds.userInfo]: "user",
  [featureIds.sessionInfo]: "session",
  [featureIds.queryScreens]: "screens",
};

/** The host answers soon, as long as it is not busy. */
class FakeHost {
  asked: string[] = [];
  active: string[] = [];
  isBusy = false;
  lost: HostError | null = null;
  #late: (() => void)[] = [];
  session = this.#begin();

  /** Back, with a session that knows nothing yet. */
  come(): void {
    this.session = this.#begin();
  }

  /** Answers what it was asked while it was busy. */
  catchUp(): void {
    this.isBusy = false;
    for (const answer of this.#late.splice(0)) answer();
  }

  #begin() {
    const state: FreshState = new FreshState(({ feature }) => {
      this.asked.push(names[feature]);
      const answer = () => this.#answer(state, feature);
      if (this.isBusy) this.#late.push(answer);
      else queueMicrotask(answer);
    });
    const sessionInfo = {
      sessionId: 0,
      uptimeSeconds: 0,
      hostName: "pc",
      clientAddress: "",
      clientName: "",
    };
    return { state, sessionInfo };
  }

  #answer(state: FreshState, feature: string): void {
    const list = stringList(feature === featureIds.queryActiveFeatures ? this.active : []);
    const args = new Map([["0", list]]);
    const part = state.take({ feature, command: 0, arguments: args });
    if (part !== null) events.publish({ kind: "changed", part });
  }

  get currentSession() {
    return this.lost === null ? this.session : null;
  }
}

let host: FakeHost;
let events: HostEvents;
let feed: StateFeed;

beforeEach(() => {
  jest.useFakeTimers();
  host = new FakeHost();
  events = new HostEvents();
  feed = new StateFeed(host as unknown as Host, events);
});
afterEach(() => jest.useRealTimers());

async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
}

/** Moves the clock, and gives what the host was asked meanwhile. */
async function wait(ms: number): Promise<string[]> {
  host.asked = [];
  for (let passed = 0; passed < ms; passed += 50) {
    jest.advanceTimersByTime(50);
    await settle();
  }
  return host.asked;
}

const factsNow = () => feed.facts.map(({ name }) => name);

test("a host that nobody listens to is not asked", async () => {
  expect(await wait(5000)).toEqual([]);
  const unlisten = feed.listen(() => {});
  await settle();
  unlisten();
  expect(await wait(5000)).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

test("it is asked about features four times a second, about the rest once", async () => {
  feed.listen(() => {});
  await settle();
  const asked = await wait(2000);
  const count = (name: string) => asked.filter((each) => each === name).length;
  expect(["features", "user", "session", "screens"].map(count)).toEqual([8, 2, 2, 2]);
});

test("ten listeners have it asked no more than one", async () => {
  const unlisten = Array.from({ length: 10 }, () => feed.listen(() => {}));
  await settle();
  expect((await wait(1000)).filter((each) => each === "features")).toHaveLength(4);
  for (const each of unlisten) each();
  expect(await wait(1000)).toEqual([]);
});

describe("a listener", () => {
  test("is told when everything has been said anew, and of each change", async () => {
    let told = 0;
    feed.listen(() => told++);
    expect(factsNow()).toEqual(["connection"]);
    await settle();
    expect(factsNow()).toEqual(["connection", "user", "session", "features", "screens"]);
    const before = told;
    await wait(1000);
    expect(told).toBe(before);
    host.active = [featureIds.screenLock];
    await wait(250);
    expect(told).toBe(before + 1);
    expect(feed.facts.find(({ name }) => name === "features")!.data).toEqual({
      active: [{ name: "ScreenLock", uid: featureIds.screenLock }],
    });
  });

  test("of a busy host waits for what it says, not for what it has said", async () => {
    const first = feed.listen(() => {});
    await settle();
    first();
    await wait(1000);
    host.isBusy = true;
    feed.listen(() => {});
    await settle();
    expect(factsNow()).toEqual(["connection"]);
    await wait(250);
    expect(factsNow()).toHaveLength(5);
  });
});

test("of a host that is back nothing is told that it has not said since", async () => {
  feed.listen(() => {});
  await settle();
  host.isBusy = true;
  host.come();
  events.publish({ kind: "back" });
  await wait(250);
  expect(factsNow()).toEqual(["connection"]);
  host.catchUp();
  expect(factsNow()).toHaveLength(5);
});

test("the number of a fact rises when it becomes another one, and only then", async () => {
  const numbers = () => Object.fromEntries(feed.facts.map(({ name, number }) => [name, number]));
  const unlisten = feed.listen(() => {});
  await settle();
  const before = numbers();
  expect(new Set(Object.values(before)).size).toBe(5);
  host.session.sessionInfo.uptimeSeconds = 99;
  await wait(1000);
  expect(numbers()).toEqual(before);
  unlisten();
  host.active = [featureIds.screenLock];
  await wait(1000);
  feed.listen(() => {});
  await settle();
  const { features, ...others } = numbers();
  expect(features).toBeGreaterThan(Math.max(...Object.values(before)));
  expect(others).toEqual({
    connection: before.connection,
    user: before.user,
    session: before.session,
    screens: before.screens,
  });
});

test("a host that is lost is asked nothing, and nothing but that is known of it", async () => {
  feed.listen(() => {});
  await settle();
  host.lost = new HostError("silent", "the host has been silent for 12 s");
  events.publish({ kind: "lost", reason: host.lost });
  expect(feed.facts).toMatchObject([
    { data: { state: "lost", reason: "silent", details: "the host has been silent for 12 s" } },
  ]);
  expect(await wait(2000)).toEqual([]);
  host.lost = null;
  events.publish({ kind: "back" });
  await settle();
  expect(factsNow()).toHaveLength(5);
  expect(feed.facts[0].data).toEqual({ state: "online" });
});

test("the end of the connection ends it", async () => {
  feed.listen(() => {});
  await settle();
  events.publish({ kind: "closed", reason: "idle" });
  expect(await wait(2000)).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
