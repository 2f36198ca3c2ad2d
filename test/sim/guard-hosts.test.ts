/** WebAPI/AllowedHosts, from outside: nothing else is called, pinged or looked up, by any route. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "bun:test";
import { parseHostList } from "../../src/access/host-list.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { noNetworks, runWithOwnFiles } from "./support/own-network.ts";
import { listenFor } from "./support/ports.ts";
import { until } from "./support/until.ts";

const path = process.env.PATH;
afterEach(async () => {
  process.env.PATH = path;
  await stopAll();
});

const guarded = (list: string, veyonServerPort = 11100): Promise<ApiServer> =>
  startServer({ allowedHosts: parseHostList(list), veyonServerPort });

/** A `ping` that says what it was given; nobody answers to it. */
function watchPings(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ping-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  const log = join(folder, "log");
  writeFileSync(join(folder, "ping"), `#!/bin/sh\necho "$@" >> ${log}\nexit 1\n`);
  chmodSync(join(folder, "ping"), 0o755);
  process.env.PATH = `${folder}:${path}`;
  return () => (existsSync(log) ? readFileSync(log, "utf8") : "");
}

/** A name server on 127.0.0.1, as ask-by-name.ts is one. */
const names = {
  "/etc/resolv.conf": "nameserver 127.0.0.1\nsearch search\noptions timeout:1 attempts:1\n",
  "/etc/nsswitch.conf": "hosts: files dns\n",
};

const routes = [
  ["GET", "authentication"],
  ["POST", "authentication"],
  ["GET", "hoststate"],
] as const;

const percentEncoded = (text: string) => Buffer.from(text).toString("hex").replaceAll(/../g, "%$&");

/** All that leads to 127.0.0.1, given its port. */
const spellings: readonly ((port: number) => string)[] = [
  (port) => `127.0.0.1:${port}`,
  (port) => `127.0.0.1%3A${port}`,
  (port) => percentEncoded(`127.0.0.1:${port}`),
  (port) => `127.0.0.1.:${port}`,
  (port) => `127.1:${port}`,
  (port) => `2130706433:${port}`,
  (port) => `0x7f000001:${port}`,
  (port) => `0x7f.0.0.1:${port}`,
  (port) => `0177.0.0.1:${port}`,
  (port) => `017700000001:${port}`,
  (port) => `[::ffff:127.0.0.1]:${port}`,
  (port) => `[::FFFF:7F00:1]:${port}`,
  (port) => `[0:0:0:0:0:ffff:127.0.0.1]:${port}`,
  (port) => `[::ffff:127.0.0.1%25lo]:${port}`,
  (port) => `0.0.0.0:${port}`,
  (port) => `0:${port}`,
  (port) => `localhost:${port}`,
  (port) => `LOCALHOST:${port}`,
  (port) => `localhost.:${port}`,
  (port) => `１２７.0.0.1:${port}`,
  (port) => `127。0。0。1:${port}`,
  (port) => `ⓛocalhost:${port}`,
];

describe("a host that is not allowed", () => {
  test.each(routes)("%s %s: 403 / 6 in every spelling, and nobody is called", async (...route) => {
    const [method, group] = route;
    const pings = watchPings();
    let calls = 0;
    const port = await listenFor(() => void calls++);
    const { api } = await guarded("room1-*:*, 10.1.0.0/16:*, [fd91::/64]:*");
    const body = method === "POST" ? { body: fixtureLogin } : {};
    for (const spell of spellings) {
      const answer = await api.request(method, `${group}/${spell(port)}`, body);
      // What can be no host at all is answered as ever.
      const isNone = /[。ⓛ]/.test(spell(port));
      if (!isNone) expectError(answer, "NotAllowed", "is none of WebAPI/AllowedHosts");
      else expect(answer.status).toBe(group === "hoststate" ? 200 : 408);
    }
    expect({ calls, pings: pings() }).toEqual({ calls: 0, pings: "" });
  });

  test.each(routes)("%s %s: its port neither", async (method, group) => {
    let calls = 0;
    const port = await listenFor(() => void calls++);
    const { api } = await guarded("127.0.0.1", port + 1);
    const body = method === "POST" ? { body: fixtureLogin } : {};
    const answer = await api.request(method, `${group}/127.0.0.1:${port}`, body);
    expectError(answer, "NotAllowed", "its port is none of WebAPI/AllowedHosts");
    expect(calls).toBe(0);
  });
});

describe("a host that is allowed", () => {
  test.each(["127.0.0.1", "127.0.0.0/8", "[127.0.0.1]:*", "localhost", "**, 127.0.0.1"])(
    "by %s",
    async (list) => {
      const pings = watchPings();
      const host = await start();
      const name = list === "localhost" || list.startsWith("**") ? "localhost" : "127.0.0.1";
      const { api } = await guarded(list, host.port);
      expect((await api.get(`authentication/${name}`)).status).toBe(200);
      const session = await api.logIn(name);
      expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
      expect((await api.get(`hoststate/${name}`)).json).toEqual({ state: "online" });
      expect(pings()).not.toContain("localhost");
    },
  );

  test("in other spellings of its address, too", async () => {
    const host = await start();
    const { api } = await guarded("127.0.0.1", host.port);
    for (const spelling of ["127.1", "2130706433", "::ffff:127.0.0.1", "0x7f000001"]) {
      await api.logIn(spelling);
    }
  });

  test("to a name with a star only where that does not lead back to this computer", async () => {
    const host = await start();
    const { api } = await guarded("local*", host.port);
    expectError(await api.authenticate("localhost"), "NotAllowed", /its address (127|::1)/);
    expectError(await api.get("hoststate/localhost"), "NotAllowed", /its address (127|::1)/);
    expect(host.clients).toHaveLength(0);
  });
});

const title = `names${noNetworks === null ? "" : ` (skipped: ${noNetworks})`}`;

describe.skipIf(noNetworks !== null)(title, () => {
  interface Answered {
    readonly request: string;
    readonly status: number;
    readonly answer: { readonly error?: { readonly code: number; readonly details: string } };
    readonly asked: readonly string[];
    readonly decoy: number;
    readonly pinged: readonly string[];
  }

  const program = resolve(import.meta.dir, "support/ask-by-name.ts");

  async function ask(...requests: string[]): Promise<Answered[]> {
    const { stdout } = await runWithOwnFiles(names, program, ...requests);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answered);
  }

  const everyRoute = (host: string) =>
    routes.map(([method, group]) => `${method} ${group}/${host}`);
  const closedPort = ":1";

  test("that are not allowed are not looked up, short or long", async () => {
    const hosts = ["pc1.elsewhere", "pc1", "pc1.school.elsewhere", "a.pc1.school", "pc1.school.x."];
    const answers = await ask(...hosts.flatMap(everyRoute));
    for (const { request, status, answer, asked, decoy, pinged } of answers) {
      expect({ request, status, code: answer.error?.code, asked, decoy, pinged }).toEqual({
        request,
        status: 403,
        code: 6,
        asked: [],
        decoy: 0,
        pinged: [],
      });
    }
  }, 60_000);

  test("that lead elsewhere are looked up, and that is all", async () => {
    const hosts = ["decoy.school", "DECOY.school.", `decoy.school${closedPort}`];
    const answers = await ask(...hosts.flatMap(everyRoute));
    for (const { request, status, answer, decoy, pinged } of answers) {
      expect({ request, status, code: answer.error?.code, decoy, pinged }).toEqual({
        request,
        status: 403,
        code: 6,
        decoy: 0,
        pinged: [],
      });
      expect(answer.error?.details).toContain("its address 127.0.0.2 is none of");
    }
  }, 60_000);

  test("that lead elsewhere the second time are never followed there", async () => {
    const [methods, login, state] = everyRoute("moved.school");
    const answers = await ask(login, `UNTIL403 ${state}`, methods, login);
    for (const { request, status, decoy, pinged } of answers) {
      expect([200, 403]).toContain(status);
      expect({ request, decoy, pinged: pinged.filter((ip) => ip !== "127.0.0.1") }).toEqual({
        request,
        decoy: 0,
        pinged: [],
      });
    }
    const statuses = answers.map(({ status }) => status);
    expect(statuses[0]).toBe(200);
    expect(statuses.slice(-3)).toEqual([403, 403, 403]);
  }, 60_000);

  test("that lead elsewhere when a lost host is called again are not followed there", async () => {
    const answers = await ask("RETURN moved.school");
    expect(answers.map(({ request }) => request)).toEqual(["GET user", "GET framebuffer"]);
    for (const { status, decoy } of answers) {
      expect([403, 408, 503]).toContain(status);
      expect(decoy).toBe(0);
    }
  }, 60_000);

  test("that lead elsewhere as well are called where they may be, pinged by address", async () => {
    const [login, state, closed] = await ask(
      "POST authentication/both.school",
      "GET hoststate/both.school",
      `GET hoststate/both.school${closedPort}`,
    );
    expect(login).toMatchObject({ status: 200, decoy: 0 });
    expect(state).toMatchObject({ answer: { state: "online" }, decoy: 0 });
    expect(closed).toMatchObject({ answer: { state: "down" }, decoy: 0, pinged: ["127.0.0.1"] });
  }, 60_000);
});

test("the host of a broadcast: no other one is named", async () => {
  const host = await start();
  const { api } = await guarded(`127.0.0.1:${host.port}, room1-*`);
  const [session, target] = [await api.logIn(host.port), await api.logIn(host.port)];
  const body = { targetConnectionUids: [target.uid], host: "evil.example" };
  const answer = await api.request("POST", "broadcast/start", { uid: session.uid, body });
  expectError(answer, "NotAllowed", "it is none of WebAPI/AllowedHosts");
});

describe("the host of a demo", () => {
  test.each(["fullScreenDemo", "windowDemo"] as const)(
    "%s: no other one is named to a host",
    async (feature) => {
      const host = await start();
      const { api } = await guarded(`[::ffff:127.0.0.1]:${host.port}, room1-*, 10.1.0.0/16`);
      const session = await api.logIn(host.port);
      const starts = () => host.received.filter((one) => one.feature === featureIds[feature]);
      for (const demoServerHost of [
        "10.0.0.1",
        "evil.example",
        "room1-pc1.evil.example",
        "::1",
        " ",
      ]) {
        const answer = await session.start(featureIds[feature], { demoServerHost });
        expectError(answer, "NotAllowed", "it is none of WebAPI/AllowedHosts");
      }
      for (const demoServerHost of ["room1-pc2", "10.1.2.3", "127.0.0.1", undefined]) {
        const answer = await session.start(featureIds[feature], { demoServerHost });
        expect(answer.status).toBe(200);
      }
      await until("those that are allowed", () => starts().length >= 4);
      expect(starts()).toHaveLength(4);
    },
  );
});
