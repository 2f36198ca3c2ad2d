/**
 * Clients of the API that want to stop the server by what they ask for: others are served
 * meanwhile, and what nobody waits for any more is given up.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { fixture } from "../support/transcript.ts";
import { ApiClient, fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { silentAt } from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { closedPort } from "./support/ports.ts";
import { stubProgram } from "./support/stub-program.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

interface Clients {
  readonly server: ApiServer;
  /** Each has an address of its own. */
  readonly attacker: ApiClient;
  readonly teacher: ApiClient;
}

async function twoClients(): Promise<Clients> {
  const server = await startServer({ bindAddress: "::" });
  const { port } = new URL(server.url);
  const [attacker, teacher] = ["[::1]", "127.0.0.1"].map(
    (address) => new ApiClient(`http://${address}:${port}`),
  );
  return { server, attacker, teacher };
}

/** Computers of this one's own, which refuse. */
const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `127.0.1.${index + 1}`);

const stateOf = async (api: ApiClient, host: string, signal?: AbortSignal) =>
  ((await api.get(`hoststate/${host}`, signal && { signal })).json as { state: string }).state;

describe("hoststate", () => {
  test("of 200 computers starts 8 pings at a time, and leaves room for somebody else's", async () => {
    const ping = stubProgram("ping", "exec sleep 60");
    const { attacker, teacher } = await twoClients();
    const port = await closedPort();
    const host = await start();
    const client = new AbortController();
    const attacks = addresses(200).map((address) =>
      stateOf(attacker, `${address}:${port}`, client.signal).catch(() => null),
    );
    await until("pings", () => ping.running() === 8);
    expect(await stateOf(teacher, `127.0.0.1:${host.port}`)).toBe("online");
    const another = stateOf(teacher, `127.0.0.1:${port}`);
    await until("another ping", () => ping.running() === 9);
    // A ping goes on for a second; what waits for its turn is dropped with its client.
    client.abort();
    await Promise.all(attacks);
    expect(await another).toBe("down");
    await until("no pings", () => ping.running() === 0);
    expect(ping.started()).toBeLessThan(60);
  });

  test("pings only where a connect is refused or not answered, and once for all who ask", async () => {
    const ping = stubProgram("ping", "exit 0");
    const { api } = await startServer();
    const { port } = await start();
    expect(await stateOf(api, `127.0.0.1:${port}`)).toBe("online");
    expect(await stateOf(api, "no..such..host")).toBe("down");
    expect(ping.started()).toBe(0);
    const refusing = `127.0.0.1:${await closedPort()}`;
    const states = await Promise.all(Array.from({ length: 50 }, () => stateOf(api, refusing)));
    expect(new Set(states)).toEqual(new Set(["up"]));
    expect(await stateOf(api, refusing)).toBe("up");
    expect(ping.started()).toBe(1);
    // For a second.
    await until("another ping", async () => {
      expect(await stateOf(api, refusing)).toBe("up");
      return ping.started() === 2;
    });
  });

  test("of a client that has left is no fault", async () => {
    const ping = stubProgram("ping", "exec sleep 60");
    const server = await startServer();
    const client = new AbortController();
    const asked = stateOf(server.api, `127.0.0.1:${await closedPort()}`, client.signal);
    asked.catch(() => {});
    await until("a ping", () => ping.running() === 1);
    client.abort();
    await server.lineWith("request", "hoststate", "the client has gone");
    expect(server.lines.filter((line) => line.includes("request failed"))).toEqual([]);
  });
});

describe("GET authentication", () => {
  test("is given up when the last client who waits for it has left", async () => {
    const host = await start({ intercept: silentAt("greeting") });
    const { api, lines } = await startServer({ connectionAuthenticationTimeoutMs: 60_000 });
    const clients = [new AbortController(), new AbortController()];
    const asked = clients.map(({ signal }) =>
      api.get(`authentication/127.0.0.1:${host.port}`, { signal }).catch(() => null),
    );
    await until("a call", () => host.clients.length === 1);
    const [call] = host.clients;
    clients[0].abort();
    await asked[0];
    await until("a line", () => lines.some((line) => line.includes("the client has gone")));
    expect(host.clients).toEqual([call]);
    clients[1].abort();
    await call.closed;
    await untilNoSocketsTo(host.port);
    expect(lines.filter((line) => line.includes("request failed"))).toEqual([]);
  });
});

describe("keys", () => {
  const login = (key: string) => ({
    ...fixtureLogin,
    credentials: { keyname: "fixture", keydata: fixture(`keys/${key}`) },
  });

  test("of 16384 bits are refused in words", async () => {
    const host = await start();
    const { api } = await startServer();
    const answer = await api.authenticate(host.port, login("rsa-16384-private-TESTKEY.pem"));
    expectError(answer, "InvalidCredentials", "keydata has 16384 bits, wanted at most 8192");
  });

  test("of 8192 bits in 40 logins of one client let another one in", async () => {
    const host = await start();
    const { attacker, teacher } = await twoClients();
    const strange = login("rsa-8192-private-TESTKEY.pem");
    let refused = 0;
    const attacks = Array.from({ length: 40 }, async () => {
      expectError(await attacker.authenticate(host.port, strange), "AuthenticationFailed");
      refused++;
    });
    await until("a signature", () => refused > 0);
    await teacher.logIn(host.port);
    // Its turn came among them, and not behind.
    expect(refused).toBeLessThan(40);
    await Promise.all(attacks);
  });
});
