/** Who guesses passwords or keys is stopped, from outside. */
import { afterEach, describe, expect, test } from "bun:test";
import type { Settings } from "../../src/config/settings-schema.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { bearer, TokenFile } from "./support/access-tokens.ts";
import { type ApiAnswer, ApiClient, authKeysUuid, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { privateKey, start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";
import { gateAt } from "./support/misbehaviours.ts";

afterEach(stopAll);

/** As `runserver` has it. */
const guarded = (settings: Partial<Settings> = {}): Promise<ApiServer> =>
  startServer({ refusedLoginsPerClient: 10, refusedLoginsPerHost: 10, ...settings });

/** A key that is one, under a name that the host does not know. */
const guess = (keyname: string) => ({
  method: authKeysUuid,
  credentials: { keyname, keydata: privateKey },
});

async function refuse(api: ApiClient, port: number, count: number, name = "guess"): Promise<void> {
  for (let i = 0; i < count; i++) {
    expectError(await api.authenticate(port, guess(`${name}${i}`)), "AuthenticationFailed");
  }
}

function expectLimit(answer: ApiAnswer, details: string): void {
  expectError(answer, "TooManyRefusals", details);
  const seconds = Number(answer.headers.get("Retry-After"));
  expect(seconds).toBeWithin(1, 61);
}

describe("the eleventh login of a client within a minute", () => {
  test("is 429 with Retry-After, also with the right key; the host hears nothing of it", async () => {
    const [host, other] = [await start(), await start()];
    const { api, lines, lineWith } = await guarded();
    await refuse(api, host.port, 5);
    await refuse(api, other.port, 5, "other");
    const heard = host.clients.length;
    for (const login of [guess("guess10"), fixtureLogin]) {
      for (const { port } of [host, other]) {
        expectLimit(await api.authenticate(port, login), "too many logins of 127.0.0.1");
      }
    }
    expect(host.clients).toHaveLength(heard);
    expect(await lineWith("login refused", "too many")).toContain(" error=6 ");
    expect(lines.filter((line) => line.includes("level=audit event=login "))).toHaveLength(14);
  });

  test("is its own matter: another address gets in", async () => {
    const host = await start();
    const { api, url } = await guarded({ refusedLoginsPerHost: 100 });
    await refuse(api, host.port, 10);
    const socket = await HttpSocket.connect(url, "127.0.0.2");
    const body = JSON.stringify(fixtureLogin);
    socket.write(requestText("POST", `/api/v1/authentication/127.0.0.1:${host.port}`, {}, body));
    expect((await socket.response()).status).toBe(200);
  });

  test("does not touch what is open", async () => {
    const host = await start();
    const { api } = await guarded();
    const session = await api.logIn(host.port);
    await refuse(api, host.port, 10);
    expect((await session.get("user")).status).toBe(200);
    expect((await api.get(`hoststate/127.0.0.1:${host.port}`)).status).toBe(200);
  });

  test("is given up like any other by a client that leaves while it waits for the tenth", async () => {
    const gate = gateAt("challenge");
    const host = await start({ intercept: gate.intercept });
    const { api, lines, lineWith, url } = await guarded({ refusedLoginsPerClient: 1 });
    const first = api.authenticate(host.port, guess("first"));
    await gate.reached;
    const second = await HttpSocket.connect(url);
    const path = `/api/v1/authentication/127.0.0.1:${host.port}`;
    second.write(requestText("POST", path, {}, JSON.stringify(guess("second"))));
    await api.get("user");
    second.socket.destroy();
    const reason = `127.0.0.1:${host.port}: given up, since the client has gone`;
    expect(await lineWith("request", reason)).toContain(" status=408 ");
    gate.open();
    expectError(await first, "AuthenticationFailed");
    expect(host.clients).toHaveLength(0);
    expect(lines.filter((line) => line.includes('event="request refused"'))).toEqual([]);
  });

  test("a hundred at once are ten", async () => {
    const host = await start();
    const { api } = await guarded();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => api.authenticate(host.port, guess(`guess${i}`))),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90);
  });
});

test("a token counts for itself, wherever its holder is", async () => {
  const host = await start();
  const file = new TokenFile();
  const secrets = [await file.create("guesser"), await file.create("portal")];
  const { url } = await guarded({ accessTokensFile: file.path, refusedLoginsPerHost: 100 });
  const [guesser, portal] = secrets.map((secret) => new ApiClient(url, bearer(secret)));
  await refuse(guesser, host.port, 10);
  expectLimit(await guesser.authenticate(host.port), "logins of the access token guesser");
  expect((await portal.authenticate(host.port)).status).toBe(200);
});

test("a host is the same in other spellings", async () => {
  const host = await start();
  const { api } = await guarded({ refusedLoginsPerClient: 100 });
  const spellings = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"];
  for (const [i, name] of [...spellings, ...spellings].entries()) {
    const answer = await api.authenticate(`${name}:${host.port}`, guess(`guess${i}`));
    expect(answer.status).toBe(401);
  }
  for (const name of [...spellings, "127.0.0.1."]) {
    const answer = await api.authenticate(`${name}:${host.port}`);
    expectLimit(answer, `too many logins to 127.0.0.1:${host.port}`);
  }
});

test("a classroom of 40 with one wrong key is refused, again and again, and others get in", async () => {
  const hosts = await Promise.all(Array.from({ length: 40 }, () => start()));
  const { api } = await guarded();
  const all = (hosts: readonly SimHost[]) =>
    Promise.all(hosts.map(({ port }) => api.authenticate(port, guess("old"))));
  for (let round = 0; round < 3; round++) {
    const statuses = (await all(hosts)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401]));
  }
  expect((await api.authenticate(hosts[0].port)).status).toBe(200);
});
