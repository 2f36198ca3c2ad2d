/** How a host may be written in a path, and whether it is there: GET hoststate. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { closedPort, forwardTo } from "./support/ports.ts";

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === "::1");

describe("the host in the path", () => {
  let host: SimHost;
  let server: ApiServer;
  let ipv6Port = 0;

  beforeAll(async () => {
    host = await start();
    server = await startServer({ veyonServerPort: host.port });
    // The simulated host is there on 127.0.0.1 only.
    if (hasIpv6) ipv6Port = await forwardTo(host.port, "::1");
  });
  afterAll(stopAll);

  const spellings: [string, () => string][] = [
    ["an address", () => "127.0.0.1"],
    ["a name", () => "localhost"],
    ["an address and a port", () => `127.0.0.1:${host.port}`],
    ["a name and a port", () => `localhost:${host.port}`],
    ["%3A for the colon", () => `127.0.0.1%3A${host.port}`],
    ["every character percent-encoded", () => percentEncoded(`127.0.0.1:${host.port}`)],
    ["port 0, the default", () => "127.0.0.1:0"],
    ["an IPv4 address as IPv6", () => "::ffff:127.0.0.1"],
    ["another name in capitals", () => "LOCALHOST"],
  ];
  const ipv6Spellings: typeof spellings = [
    ["IPv6 in brackets and a port", () => `[::1]:${ipv6Port}`],
    ["IPv6 in encoded brackets", () => `%5B::1%5D%3A${ipv6Port}`],
    ["IPv6 and a port of five digits", () => `::1:${ipv6Port}`],
    ["IPv6 in full", () => `[0:0:0:0:0:0:0:1]:${ipv6Port}`],
  ];
  test.each(hasIpv6 ? [...spellings, ...ipv6Spellings] : spellings)("%s", async (_, spell) => {
    await server.api.logIn(spell());
    expect((await server.api.get(`authentication/${spell()}`)).status).toBe(200);
    expect((await server.api.get(`hoststate/${spell()}`)).json).toEqual({ state: "online" });
  });

  test.each([
    ["a colon without a port", "127.0.0.1:"],
    ["a user", "user@127.0.0.1"],
    ["a leading blank", "%20127.0.0.1"],
    ["a port that is no number", "127.0.0.1:http"],
    ["a port above 65535", "127.0.0.1:65536"],
    ["a negative port", "127.0.0.1:-1"],
    ["an open bracket", "[::1"],
    ["a NUL", "127.0.0.1%00"],
    ["a line break", "127.0.0.1%0D%0AX"],
    ["a slash", "127.0.0.1%2Fx"],
    ["broken percent-encoding", "%zz"],
    ["254 characters", "a".repeat(254)],
    ["a label of 64 characters", `${"a".repeat(64)}.invalid`],
  ])("%s is error 8", async (_, text) => {
    expectError(await server.api.authenticate(text), "ConnectionTimedOut");
    expectError(await server.api.get(`authentication/${text}`), "ConnectionTimedOut");
    expect((await server.api.get(`hoststate/${text}`)).json).toEqual({ state: "down" });
  });

  test("the default port is reached where no port is written, and only there", async () => {
    const other = await start();
    await server.api.logIn("127.0.0.1");
    expect([host.clients.length > 0, other.clients.length]).toEqual([true, 0]);
    await server.api.logIn(other.port);
    expect(other.clients.length).toBe(1);
  });
});

describe("GET hoststate", () => {
  const path = process.env.PATH;
  afterEach(async () => {
    process.env.PATH = path;
    await stopAll();
  });

  test.each([
    ["online: the host's port is open, whatever ping says", "open", 1, "online"],
    ["up: the port is closed and ping is answered", "closed", 0, "up"],
    ["down: the port is closed and ping is not answered", "closed", 1, "down"],
    ["down: there is no ping", "closed", null, "down"],
  ])("%s", async (_, port, pingExitCode, state) => {
    process.env.PATH = programs(pingExitCode);
    const host = await start();
    const { api } = await startServer();
    const address = `127.0.0.1:${port === "open" ? host.port : await closedPort()}`;
    const answer = await api.get(`hoststate/${address}`);
    expect(answer).toMatchObject({ status: 200, contentType: "application/json" });
    expect(answer.text).toBe(`{"state":"${state}"}`);
  });

  test("an unknown name is down", async () => {
    const { api } = await startServer();
    expect((await api.get("hoststate/no-such-host.invalid")).json).toEqual({ state: "down" });
  });

  test("what is given to ping is one argument that is no option", async () => {
    process.env.PATH = programs(0);
    const { api } = await startServer();
    expect((await api.get("hoststate/-f:1")).json).toEqual({ state: "down" });
  });
});

/** A folder whose only program is a ping that ends with this exit code; null: there is none. */
function programs(pingExitCode: number | null): string {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ping-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  if (pingExitCode !== null) {
    const file = join(folder, "ping");
    writeFileSync(file, `#!/bin/sh\nexit ${pingExitCode}\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}

function percentEncoded(text: string): string {
  return Buffer.from(text).toString("hex").replaceAll(/../g, "%$&");
}
