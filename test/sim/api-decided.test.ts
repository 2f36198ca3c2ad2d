/**
 * Where the reference has a defect and what was decided instead, row by row (README, differences).
 */
import { afterEach, describe, expect, test } from "bun:test";
import { featureByUid, features } from "../../src/hosts/features/table.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { argument, type ReceivedFeatureMessage } from "../../src/veyon/feature-message.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { gateAt } from "./support/misbehaviours.ts";
import { closedPort } from "./support/ports.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

/** Far below the 15 s that the reference takes. */
const atOnceMs = 5000;

const one = async () => {
  const host = await start();
  const server = await startServer();
  return { host, server, session: await server.api.logIn(host.port) };
};

describe("a host that cannot be had is error 8 at once, with the cause", () => {
  test.each([
    ["refused", async () => `127.0.0.1:${await closedPort()}`, "the connection is refused"],
    ["unknown name", async () => "no-such-host.invalid", "no such host name"],
  ])("%s", async (_, name, cause) => {
    const { api } = await startServer();
    const startedMs = performance.now();
    expectError(await api.authenticate(await name()), "ConnectionTimedOut", cause);
    expectError(await api.get(`authentication/${await name()}`), "ConnectionTimedOut", cause);
    expect(performance.now() - startedMs).toBeLessThan(atOnceMs);
  });
});

test("access denied by the host's rules is error 6, with the host's reason", async () => {
  const reason = 'Zugriff verweigert durch Regel "Prüfung"';
  const host = await start({ access: () => reason });
  expectError(
    await (await startServer()).api.authenticate(host.port),
    "AuthenticationFailed",
    reason,
  );
});

test("a user who is asked and does not answer is error 8 at the authentication timeout", async () => {
  const host = await start({ access: () => new Promise(() => {}) });
  const { api } = await startServer({ connectionAuthenticationTimeoutMs: 1000 });
  expectError(await api.authenticate(host.port), "ConnectionTimedOut", "user");
});

describe("a PUT that cannot be carried out", () => {
  test("of a host that is not back within 2 s is error 8", async () => {
    const { host, server, session } = await one();
    await host.vanish();
    await server.lineWith("host lost");
    expectError(await session.start(featureIds.screenLock), "ConnectionTimedOut", /refused/);
  });

  test("that starts what has no message is error 3; stopping what has nothing to stop is fine", async () => {
    const { host, session } = await one();
    const unsendable = features.filter((feature) => feature.start === null);
    const names = unsendable.map(({ name }) => name);
    for (const name of ["Screenshot", "Demo", "ShareOwnScreenWindow", "QueryScreens", "PowerOn"]) {
      expect(names).toContain(name);
    }
    const before = host.received.length;
    for (const { uid, name } of unsendable) {
      expectError(await session.start(uid), "InvalidFeature", name);
      expect(await session.stop(uid)).toMatchObject({ status: 200, text: "{}" });
    }
    for (const uid of [featureIds.startApp, featureIds.reboot, featureIds.textMessage]) {
      expect(await session.stop(uid)).toMatchObject({ status: 200, text: "{}" });
    }
    const sent = host.received.slice(before).filter(({ feature }) => {
      return featureByUid(feature)?.start !== null;
    });
    expect(sent).toEqual([]);
  });
});

test.each([1, "true", "yes", 0.5, true])('"active": %p starts', async (active) => {
  const { host, session } = await one();
  await session.put(featureIds.screenLock, { active });
  const message = await host.nextMessage(({ feature }) => feature === featureIds.screenLock);
  expect(message.command).toBe(0);
});

test("OpenWebsite opens each of several URLs", async () => {
  const { host, session } = await one();
  const urls = ["https://a.example/", "https://b.example/?q=ä", "https://c.example/"];
  await session.start(featureIds.openWebsite, { websiteUrls: urls });
  const opened: unknown[] = [];
  for (const _ of urls) {
    const message = await host.nextMessage(({ feature }) => feature === featureIds.openWebsite);
    const list = argument(message, { number: 1, name: "WebsiteUrls" });
    opened.push(list?.type === "QStringList" ? list.value : list);
  }
  expect(opened).toEqual(urls.map((url) => [url]));
});

test("UserLogin without a password is error 1", async () => {
  const { session } = await one();
  for (const args of [{ username: "x" }, { username: "x", password: "" }, undefined]) {
    expectError(await session.start(featureIds.userLogin, args), "InvalidData", /password/);
  }
});

test("a demo without a token lets in those who are shown it without one", async () => {
  const [teacher, pupil] = [await start(), await start()];
  const { api } = await startServer();
  const [a, b] = [await api.logIn(teacher.port), await api.logIn(pupil.port)];
  const viewer = { demoServerHost: "10.0.0.1" };
  await a.start(featureIds.demoServer);
  await b.start(featureIds.windowDemo, viewer);
  const token = await demoToken(teacher);
  expect(token).toHaveLength(2 * 128);
  expect(await demoToken(pupil, featureIds.windowDemo)).toBe(token);
  // One that is given is the connection's.
  await a.start(featureIds.demoServer, { demoAccessToken: "given" });
  await b.start(featureIds.windowDemo, viewer);
  expect(await demoToken(teacher)).toBe(Buffer.from("given").toString("hex"));
  expect(await demoToken(pupil, featureIds.windowDemo)).toBe(token);
});

test("the end of a DemoServer belongs to the connection", async () => {
  const [hostA, hostB] = [await start(), await start()];
  const { api } = await startServer();
  const [a, b] = [await api.logIn(hostA.port), await api.logIn(hostB.port)];
  await a.start(featureIds.demoServer);
  await b.start(featureIds.demoServer);
  await until("both demos", () => a.isActive(featureIds.demoServer));
  await until("both demos", () => b.isActive(featureIds.demoServer));
  await b.stop(featureIds.demoServer);
  await until("one end", async () => !(await b.isActive(featureIds.demoServer)));
  expect(await a.isActive(featureIds.demoServer)).toBeTrue();
});

/** Of the next start. */
async function demoToken(host: SimHost, uid: string = featureIds.demoServer): Promise<string> {
  const start = uid === featureIds.demoServer ? 0 : 2;
  const isStart = ({ feature, command }: ReceivedFeatureMessage) =>
    feature === uid && command === start;
  const token = argument(await host.nextMessage(isStart), { number: 0, name: "DemoAccessToken" });
  return token?.type === "QByteArray" ? Buffer.from(token.value!).toString("hex") : "";
}

test("a demo viewer does not slow its connection's pictures down", async () => {
  const { host, session } = await one();
  const viewer = { demoServerHost: "10.0.0.1", demoAccessToken: "t" };
  await session.start(featureIds.fullScreenDemo, viewer);
  await until("the demo", () => session.isActive(featureIds.fullScreenDemo));
  const intervals = host.received.filter(
    ({ feature, command }) => feature === featureIds.monitoringMode && command === 1,
  );
  expect(intervals).toEqual([]);
});

test("a host is asked for its methods once, and a POST uses the connection that asked", async () => {
  const host = await start();
  let connections = 0;
  host.intercept = (step, bytes) => {
    if (step === "accept") connections++;
    return bytes;
  };
  const { api } = await startServer();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => api.get(`authentication/127.0.0.1:${host.port}`)),
  );
  await api.get(`authentication/127.0.0.1:${host.port}`);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(connections).toBe(1);
  await api.logIn(host.port);
  expect(connections).toBe(1);
  await api.get(`authentication/127.0.0.1:${host.port}`);
  expect(connections).toBe(1);
  await api.logIn(host.port);
  expect(connections).toBe(2);
});

test.each(["authentication", "authentication/", "authentication/any"])(
  "DELETE %s closes the connection",
  async (path) => {
    const { host, server, session } = await one();
    const gone = host.clients[0].closed;
    const answer = await server.api.request("DELETE", path, { uid: session.uid });
    expect(answer).toMatchObject({ status: 200, text: "{}" });
    await gone;
    expectError(await session.get("user"), "InvalidConnection", "closed by DELETE");
    await server.lineWith("host closed", "reason=DELETE");
    expect(server.lines.filter((line) => line.includes("host lost"))).toEqual([]);
  },
);

test("no black picture: error 10 until every pixel has come", async () => {
  const { intercept, reached, open } = gateAt("framebufferUpdate");
  const host = await start({ intercept });
  paintTestPicture(host.screen);
  const session = await (await startServer()).api.logIn(host.port);
  await reached;
  expectError(await session.get("framebuffer"), "FramebufferNotAvailable");
  open();
  const { bytes } = await until("a picture", async () => {
    const answer = await session.get("framebuffer");
    return answer.status === 200 && answer;
  });
  expect((await decodeWithBun(bytes)).pixels).toEqual(host.screen.pixels);
});

describe("kept, since clients rely on it", () => {
  test("an unknown feature is not active; an unknown format is error 9; a side of 0 is none", async () => {
    const { session } = await one();
    expect(await session.isActive("11111111-1111-1111-1111-111111111111")).toBeFalse();
    expectError(await session.get("framebuffer?format=webp"), "UnsupportedImageFormat");
    for (const size of ["width=0&height=0", "width=0", "height=0", "width=1"]) {
      const { bytes, status } = await until("a picture", async () => {
        const answer = await session.get(`framebuffer?${size}`);
        return answer.status === 200 && answer;
      });
      const { width, height } = await decodeWithBun(bytes);
      expect([status, width, height]).toEqual([200, 64, 48]);
    }
  });
});
