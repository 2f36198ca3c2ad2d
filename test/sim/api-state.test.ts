/** GET user, session and feature: what every generation of hosts says, and how fresh it is. */
import { afterEach, describe, expect, test } from "bun:test";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHostOptions } from "../../src/sim/sim-options.ts";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { expectError } from "./support/documented-errors.ts";
import { withoutAnswersTo } from "./support/misbehaviours.ts";
import { slowWayTo } from "./support/slow-network.ts";
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
    const { host, session } = await open({ version, workerStartMs: 1000 });
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
  const notSaid = /^the host has not said .+ for \d+ ms$/;

  test("is error 8 of every version, and not a computer with nobody and nothing to show", async () => {
    const intercept = withoutAnswersTo(...queries);
    const opened = ["4.5.0", "4.7.5", "4.11.1"].map((version) => open({ version, intercept }));
    const sessions = (await Promise.all(opened)).map(({ session }) => session);
    const paths = ["user", "session", "feature", `feature/${featureIds.systemTrayIcon}`];
    const asked = sessions.flatMap((session) => paths.map((path) => session.get(path)));
    for (const answer of await Promise.all(asked)) {
      expectError(answer, "ConnectionTimedOut", notSaid);
    }
    for (const session of sessions) {
      expect((await session.start(featureIds.screenLock)).status).toBe(200);
      await until("a picture", async () => (await session.get("framebuffer")).status === 200);
    }
  });

  test("about its user does not say who is logged on, and all the rest", async () => {
    const intercept = withoutAnswersTo(featureIds.userInfo);
    const { session } = await open({ version: "4.11.1", intercept });
    expectError(await session.get("user"), "ConnectionTimedOut", notSaid);
    expect((await session.get("session")).json).toMatchObject({ sessionId: 0 });
    expect(await session.isActive(featureIds.systemTrayIcon)).toBeTrue();
  });

  test("about its session does not say which that is, and all the rest", async () => {
    const intercept = withoutAnswersTo(featureIds.sessionInfo);
    const { session } = await open({ version: "4.11.1", intercept });
    expect((await session.get("user")).json).toEqual({ ...somebody, session: -1 });
    expectError(await session.get("session"), "ConnectionTimedOut", notSaid);
  });

  test("about its features does not say which are active, and all the rest", async () => {
    const intercept = withoutAnswersTo(featureIds.queryActiveFeatures);
    const { session } = await open({ version: "4.11.1", intercept });
    expectError(await session.get("feature"), "ConnectionTimedOut", notSaid);
    expect((await session.get("user")).json).toEqual({ ...somebody, session: 0 });
  });

  test("but later does is asked again, and believed", async () => {
    const { host, session } = await open({ intercept: withoutAnswersTo(...queries) });
    expectError(await session.get("user"), "ConnectionTimedOut", notSaid);
    host.intercept = (_step, bytes) => bytes;
    await until("an answer", async () => (await session.get("user")).status === 200);
    expect((await session.get("user")).json).toEqual({ ...somebody, session: 0 });
  });
});

test("a host behind half a second each way is waited for, whatever its version", async () => {
  const { api } = await startServer();
  const paths = ["user", "session", `feature/${featureIds.systemTrayIcon}`];
  const answers = ["4.5.0", "4.7.5", "4.11.1"].map(async (version) => {
    const host = await start({ version });
    const session = await api.logIn(await slowWayTo(host.port, 500));
    return Promise.all(paths.map((path) => session.get(path)));
  });
  for (const [user, info, feature] of await Promise.all(answers)) {
    expect(user.json).toEqual({ ...somebody, session: 0 });
    expect(info.json).toMatchObject({ sessionId: 0 });
    expect(feature.json).toEqual({ active: true });
  }
});
