/** POST broadcast/start and broadcast/stop: one computer's screen on others. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { ReceivedFeatureMessage } from "../../src/veyon/feature-message.ts";
import type { ApiAnswer, ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { until } from "./support/until.ts";

const { demoServer, fullScreenDemo, windowDemo } = featureIds;

interface Answer {
  readonly active: boolean;
  readonly mode: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly targets: readonly Record<string, unknown>[];
}

afterEach(stopAll);

let server: ApiServer;
let teacher: SimHost;
let pupils: SimHost[];
let source: ApiSession;
let targets: ApiSession[];

beforeEach(async () => {
  server = await startServer();
  // A worker process takes a while, and stopping is seen on the way.
  teacher = await start({ workerStartMs: 50 });
  pupils = [await start({ workerStartMs: 50 }), await start({ version: "5.0" })];
  source = await server.api.logIn(teacher.port);
  targets = [await server.api.logIn(pupils[0].port), await server.api.logIn(pupils[1].port)];
});

const uids = () => targets.map(({ uid }) => uid);

const post = (what: "start" | "stop", body: unknown, uid = source.uid): Promise<ApiAnswer> =>
  server.api.request("POST", `broadcast/${what}`, { uid, body });

async function begin(body: object = {}): Promise<Answer> {
  const answer = await post("start", { targetConnectionUids: uids(), ...body });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.json as Answer;
}

const isActive = (host: SimHost, uid: string) => host.features.isActive(uid);

const last = (host: SimHost, feature: string): ReceivedFeatureMessage =>
  host.received.findLast((message) => message.feature === feature)!;

/** An argument of Veyon 4 and 5. */
const argumentOf = ({ arguments: args }: ReceivedFeatureMessage, number: string, name: string) =>
  (args.get(number) ?? args.get(name)) as { value: unknown } | undefined;

const outcome = (session: ApiSession, host: SimHost, state: string) => ({
  "connection-uid": session.uid,
  host: `127.0.0.1:${host.port}`,
  state,
});

describe("a broadcast", () => {
  test("is a demo server and clients with its token, until it is stopped", async () => {
    const answer = await begin();
    expect(answer).toEqual({
      active: true,
      mode: "fullScreen",
      host: "127.0.0.1",
      port: 11400,
      token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      targets: targets.map((each, at) => outcome(each, pupils[at], "started")),
    });
    expect(isActive(teacher, demoServer)).toBe(true);
    expect(pupils.map((host) => isActive(host, fullScreenDemo))).toEqual([true, true]);
    const token = new TextEncoder().encode(answer.token);
    for (const message of [
      last(teacher, demoServer),
      ...pupils.map((host) => last(host, fullScreenDemo)),
    ]) {
      expect(argumentOf(message, "0", "DemoAccessToken")!.value).toEqual(token);
      expect(argumentOf(message, "4", "DemoServerPort")!.value).toBe(11400);
    }
    for (const host of pupils) {
      const message = last(host, fullScreenDemo);
      expect(argumentOf(message, "3", "DemoServerHost")!.value).toBe("127.0.0.1");
    }
    expect(server.lines.join()).not.toContain(answer.token);

    const stopped = await post("stop", {});
    expect(stopped.json).toEqual({
      active: false,
      targets: targets.map((each, at) => outcome(each, pupils[at], "stopped")),
    });
    await until("all is over", () => {
      const shown = pupils.some((host) => isActive(host, fullScreenDemo));
      return !shown && !isActive(teacher, demoServer);
    });
  });

  test("may be in windows, with an address and a port of its own", async () => {
    const answer = await begin({ mode: "window", host: "10.20.0.10", port: 12345 });
    expect(answer).toMatchObject({ mode: "window", host: "10.20.0.10", port: 12345 });
    expect(pupils.map((host) => isActive(host, windowDemo))).toEqual([true, true]);
    expect(pupils.map((host) => isActive(host, fullScreenDemo))).toEqual([false, false]);
    const message = last(pupils[0], windowDemo);
    expect(argumentOf(message, "3", "")!.value).toBe("10.20.0.10");
    expect(argumentOf(message, "4", "")!.value).toBe(12345);
  });

  test("takes the place of the one before", async () => {
    const first = await begin();
    const answer = await post("start", { targetConnectionUids: [targets[0].uid], mode: "window" });
    const second = answer.json as Answer;
    expect(second.targets).toEqual([outcome(targets[0], pupils[0], "started")]);
    expect(second.token).not.toBe(first.token);
    expect(isActive(pupils[0], windowDemo)).toBe(true);
    expect(pupils.map((host) => isActive(host, fullScreenDemo))).toEqual([false, false]);
    // Of the two no more than the last one is left, whoever asks to end it where.
    await post("stop", { targetConnectionUids: [targets[1].uid] });
    await until("all is over", () => {
      return !isActive(pupils[0], windowDemo) && !isActive(teacher, demoServer);
    });
  });

  test("is in the audit, without its token", async () => {
    const { token } = await begin();
    await post("stop", {});
    const line = await server.lineWith("broadcast start");
    expect(line).toContain(`level=audit event="broadcast start" host=127.0.0.1:${teacher.port}`);
    expect(line).toContain(" mode=fullScreen targets=2 key=fixture client=127.0.0.1 outcome=ok");
    await server.lineWith("broadcast stop", "targets=2", "outcome=ok");
    for (const host of pupils) {
      const where = `host=127.0.0.1:${host.port} key=fixture client=127.0.0.1 outcome=ok`;
      await server.lineWith("broadcast shown", where);
      await server.lineWith("broadcast hidden", where);
    }
    expect(server.lines.join("\n")).not.toContain(token);
  });
});

describe("each target has an answer of its own", () => {
  test("also when its host shows nothing, or its connection is closed", async () => {
    pupils[0].features.user = null;
    const gone = await server.api.logIn(pupils[0].port);
    await gone.close();
    const unknown = randomUUID();
    const answer = await post("start", {
      targetConnectionUids: [gone.uid, ...uids(), unknown],
    });
    const { active, targets: answers } = answer.json as Answer;
    expect(active).toBe(true);
    expect(answers).toEqual([
      {
        "connection-uid": gone.uid,
        host: null,
        state: "failed",
        error: {
          code: 2,
          details: "the connection is closed by DELETE authentication",
          message: "Invalid connection",
        },
      },
      {
        ...outcome(targets[0], pupils[0], "failed"),
        error: {
          code: 8,
          details:
            "the host has not started FullScreenDemo within 5000 ms: nobody is logged on, or it is switched off there",
          message: "Connection timed out",
        },
      },
      outcome(targets[1], pupils[1], "started"),
      expect.objectContaining({ "connection-uid": unknown, state: "failed" }),
    ]);
    // What has not begun in time is told to end, lest it begins later.
    await pupils[0].nextMessage(({ feature, command }) => {
      return feature === fullScreenDemo && command === 3;
    });
  });
});

describe("nothing is left running", () => {
  test("when it begins on no target", async () => {
    await pupils[0].vanish();
    await server.lineWith("host lost");
    const answer = await post("start", { targetConnectionUids: [targets[0].uid] });
    expect(answer.json).toMatchObject({ active: false, targets: [{ state: "failed" }] });
    await until("the server is over", () => !isActive(teacher, demoServer));
    expect(teacher.received.some(({ feature }) => feature === demoServer)).toBe(true);
  });

  test("when the teacher's computer does not begin it", async () => {
    const never = await start({ workerStartMs: 3_600_000 });
    const other = await server.api.logIn(never.port);
    const answer = await post("start", { targetConnectionUids: uids() }, other.uid);
    expectError(answer, "ConnectionTimedOut", "the host has not started DemoServer within 5000 ms");
    await never.nextMessage(({ feature, command }) => feature === demoServer && command === 1);
    expect(pupils.flatMap(({ received }) => received).map(({ feature }) => feature)).not.toContain(
      fullScreenDemo,
    );
  });

  test("when the teacher's connection is closed meanwhile", async () => {
    const slow = await start({ workerStartMs: 3_600_000 });
    const other = await server.api.logIn(slow.port);
    const starting = post("start", { targetConnectionUids: uids() }, other.uid);
    await slow.nextMessage(({ feature, command }) => feature === demoServer && command === 0);
    await other.close();
    expectError(await starting, "InvalidConnection");
    await slow.nextMessage(({ feature, command }) => feature === demoServer && command === 1);
  });

  test("when it is closed as soon as the others begin", async () => {
    const slow = await start({ workerStartMs: 3_600_000 });
    const { uid } = await server.api.logIn(slow.port);
    const starting = post("start", { targetConnectionUids: [...uids(), uid] });
    await slow.nextMessage(({ feature, command }) => feature === fullScreenDemo && command === 2);
    await source.close();
    expectError(await starting, "InvalidConnection");
    await until("all is over", () => {
      const shown = pupils.some((host) => isActive(host, fullScreenDemo));
      return !shown && !isActive(teacher, demoServer);
    });
    await slow.nextMessage(({ feature, command }) => feature === fullScreenDemo && command === 3);
  });
});

test("where it has begun and is closed before all have, it is ended", async () => {
  const slow = await start({ workerStartMs: 3_600_000 });
  const { uid } = await server.api.logIn(slow.port);
  const starting = post("start", { targetConnectionUids: [...uids(), uid] });
  await until("the first shows it", () => isActive(pupils[0], fullScreenDemo));
  await targets[0].close();
  await until("it is over there", () => !isActive(pupils[0], fullScreenDemo));
  await starting;
});

describe("what is refused", () => {
  const uid = randomUUID();
  const refused: [object, string][] = [
    [{}, "targetConnectionUids"],
    [{ targetConnectionUids: [] }, "targetConnectionUids"],
    [{ targetConnectionUids: ["x"] }, "targetConnectionUids.0 is a text, wanted a Connection-Uid"],
    [{ targetConnectionUids: [uid], mode: "tiny" }, "mode"],
    [{ targetConnectionUids: [uid], port: 0 }, "port is 0"],
    [{ targetConnectionUids: [uid], port: 65536 }, "port"],
    [{ targetConnectionUids: [uid], host: "" }, "host is empty"],
  ];

  test("a body that is not what it should be", async () => {
    for (const [body, details] of refused) {
      expectError(await post("start", body), "InvalidData", details);
    }
    expect(teacher.received.map(({ feature }) => feature)).not.toContain(demoServer);
  });

  test("a computer's screen on itself", async () => {
    expectError(
      await post("start", { targetConnectionUids: [...uids(), source.uid] }),
      "InvalidData",
      "targetConnectionUids.2 is the connection whose screen is to be shown",
    );
  });

  test("two at once of the same connection", async () => {
    const slow = await start({ workerStartMs: 1500 });
    const { uid: slowUid } = await server.api.logIn(slow.port);
    const first = post("start", { targetConnectionUids: uids() }, slowUid);
    await slow.nextMessage(({ feature, command }) => feature === demoServer && command === 0);
    expectError(
      await post("start", { targetConnectionUids: uids() }, slowUid),
      "ConnectionLimitReached",
      "a broadcast of this connection is being started or stopped",
    );
    expect((await first).json).toMatchObject({ active: true });
  });

  test("to stop what a lost computer shows; the others are told", async () => {
    await begin();
    await teacher.vanish();
    await server.lineWith("host lost");
    expectError(await post("stop", {}), "ConnectionTimedOut");
    await until("nobody is shown it", () => !pupils.some((host) => isActive(host, fullScreenDemo)));
  });
});
