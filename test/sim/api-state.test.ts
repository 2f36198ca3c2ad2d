/** GET user, session and feature: what every generation of hosts says, and how fresh it is. */
import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/sim/feature-ids.ts";
import type { SimHostOptions } from "../../src/sim/sim-options.ts";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { withoutAnswersTo } from "./support/misbehaviours.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

/** What the issue demands after the host has done something. */
const truthMs = 300;
const freshAfterLoginMs = 200;

async function open(options: SimHostOptions) {
  const host = await start(options);
  return { host, session: await (await startServer()).api.logIn(host.port) };
}

const somebody = { fullName: "Fixture Pupil", login: "vyfixture" };
const nobody = { fullName: "", login: "", session: -1 };
const wholeSession: SimHostOptions["session"] = {
  id: 7,
  uptimeSeconds: 4711,
  hostName: "terminal-1",
  clientAddress: "10.0.0.7",
  clientName: "Büro 7",
  metaData: "x",
};
const oldSession = {
  sessionClientAddress: "",
  sessionClientName: "",
  sessionHostName: "vm",
  sessionUptime: -1,
};
const newSession = {
  sessionClientAddress: "10.0.0.7",
  sessionClientName: "Büro 7",
  sessionHostName: "terminal-1",
  sessionId: 7,
  sessionUptime: 4711,
};

describe.each([
  // Up to 4.7.5 the session's number comes with the user, and nothing else about it.
  ["4.5.0", { ...oldSession, sessionId: 7 }],
  ["4.6.8", { ...oldSession, sessionId: 7 }],
  ["4.7.5", { ...oldSession, sessionId: 7 }],
  ["4.8.0", newSession],
  ["4.9.2", newSession],
  ["4.11.1", newSession],
  ["5.0", newSession],
])("Veyon %s", (version, wantedSession) => {
  test("user and session are right at once after the login", async () => {
    const { session } = await open({ version, session: wholeSession });
    const loggedInMs = performance.now();
    expect((await session.get("user")).json).toEqual({ ...somebody, session: 7 });
    expect((await session.get("session")).json).toEqual(wantedSession);
    expect(performance.now() - loggedInMs).toBeLessThan(freshAfterLoginMs);
  });

  test("nobody is logged on, somebody comes, somebody goes", async () => {
    const { host, session } = await open({ version, user: null });
    expect((await session.get("user")).json).toEqual(nobody);
    const appears = async (wanted: object, what: string) => {
      const changedMs = performance.now();
      await until(what, async () => Bun.deepEquals((await session.get("user")).json, wanted));
      expect(performance.now() - changedMs).toBeLessThan(truthMs);
    };
    host.features.user = { login: "SCHOOL\\anna", fullName: "Anna Ä. 👩‍🎓" };
    await appears({ fullName: "Anna Ä. 👩‍🎓", login: "SCHOOL\\anna", session: 0 }, "Anna");
    host.features.user = null;
    await appears(nobody, "nobody");
  });

  test("a feature is active when the host has done it, on a still screen", async () => {
    const { host, session } = await open({ version, workerStartMs: 100 });
    const active = Promise.withResolvers<number>();
    host.features.listeners.add(() => active.resolve(performance.now()));
    await session.start(featureIds.screenLock);
    expect(await session.isActive(featureIds.screenLock)).toBeFalse();
    const activeMs = await active.promise;
    await until("the lock", () => session.isActive(featureIds.screenLock));
    expect(performance.now() - activeMs).toBeLessThan(truthMs);
    await session.stop(featureIds.screenLock);
    await until("the end", async () => !(await session.isActive(featureIds.screenLock)));
  });

  test("the list tells the same as each feature", async () => {
    const { host, session } = await open({ version });
    host.features.start(featureIds.inputDevicesLock);
    await until("the lock", () => session.isActive(featureIds.inputDevicesLock));
    const list = (await session.get("feature")).json as { name: string; active: boolean }[];
    const activeNames = list.filter(({ active }) => active).map(({ name }) => name);
    expect(activeNames).toEqual(["InputDevicesLock", "SystemTrayIcon"]);
  });
});

test("map keys in the order of Qt 6", async () => {
  const { session } = await open({ mapKeys: "ascending", session: wholeSession });
  expect((await session.get("user")).json).toEqual({ ...somebody, session: 7 });
  expect((await session.get("session")).json).toEqual(newSession);
});

describe("a host that answers no question", () => {
  const queries = [featureIds.userInfo, featureIds.sessionInfo, featureIds.queryActiveFeatures];
  test.each(["4.5.0", "4.7.5", "4.11.1"])(
    "of %s has nobody and nothing to show",
    async (version) => {
      const { session } = await open({ version, intercept: withoutAnswersTo(...queries) });
      const startedMs = performance.now();
      expect((await session.get("user")).json).toEqual(nobody);
      expect((await session.get("session")).json).toEqual({ ...oldSession, sessionId: -1 });
      expect(await session.isActive(featureIds.systemTrayIcon)).toBeFalse();
      expect((await session.get("feature")).status).toBe(200);
      expect((await session.start(featureIds.screenLock)).status).toBe(200);
      await until("a picture", async () => (await session.get("framebuffer")).status === 200);
      expect(performance.now() - startedMs).toBeLessThan(4000);
    },
  );

  test.each(queries)("but for all others than %s is itself", async (query) => {
    const { session } = await open({ version: "4.11.1", intercept: withoutAnswersTo(query) });
    const user = (await session.get("user")).json;
    const sessionId = query === featureIds.sessionInfo ? -1 : 0;
    if (query === featureIds.userInfo) expect(user).toEqual(nobody);
    else expect(user).toEqual({ ...somebody, session: sessionId });
    expect((await session.get("session")).status).toBe(200);
    const isShown = await session.isActive(featureIds.systemTrayIcon);
    expect(isShown).toBe(query !== featureIds.queryActiveFeatures);
  });
});
