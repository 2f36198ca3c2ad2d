/** The compiled program with every guard, as it is attacked. */
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { bearer } from "../sim/support/access-tokens.ts";
import {
  type ApiAnswer,
  ApiClient,
  authKeysUuid,
  fixtureLogin,
} from "../sim/support/api-client.ts";
import { expectError } from "../sim/support/documented-errors.ts";
import { onceOver, privateKey, start, stopAll } from "../sim/support/fixture-host.ts";
import { HttpSocket, requestText } from "../sim/support/http-socket.ts";
import { until } from "../sim/support/until.ts";
import { buildIfOld, RunningProgram, runProgram } from "./support/program.ts";

let folder: string;
let running: RunningProgram;
let host: SimHost;
let decoy: SimHost;
const secrets: Record<string, string> = {};

const tokensFile = () => ({ VEYON_WEBAPI_ACCESS_TOKENS_FILE: join(folder, "tokens.json") });

async function token(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(folder, ["token", ...args], tokensFile());
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim();
}

beforeAll(async () => {
  buildIfOld();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-guards-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  [host, decoy] = [await start(), await start()];
  mkdirSync(join(folder, "keys/fixture"), { recursive: true });
  writeFileSync(join(folder, "keys/fixture/key"), privateKey, { mode: 0o400 });
  const all = "view,control,features,power,fleet,metrics";
  secrets.portal = await token("create", "--name", "portal", "--scopes", all, "--key", "fixture");
  secrets.viewer = await token("create", "--name", "viewer", "--scopes", "view");
  secrets.leaver = await token("create", "--name", "leaver", "--scopes", "view");
  const settings = {
    "WebAPI/AllowedHosts": `[::ffff:127.0.0.1]:${host.port}`,
    "WebAPI/AllowedOrigins": "https://portal.example",
    "WebAPI/KeysDirectory": join(folder, "keys"),
    "Network/VeyonServerPort": String(host.port),
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const args = ["runserver", "--bind", "127.0.0.1", "--port", "0", ...flags];
  running = await RunningProgram.start(folder, args, tokensFile());
  onceOver(() => running.kill());
});
afterAll(stopAll);

const as = (name: string) => new ApiClient(running.url, bearer(secrets[name]));

async function raw(method: string, path: string, headers: Record<string, string> = {}) {
  const socket = await HttpSocket.connect(running.url);
  socket.write(requestText(method, path, headers, method === "POST" ? "{}" : undefined));
  return socket.response(method !== "HEAD");
}

test("a key of the server logs in, and the list of tokens has no token", async () => {
  const credentials = { keyname: "fixture" };
  const answer = await as("portal").authenticate("127.0.0.1", {
    method: authKeysUuid,
    credentials,
  });
  expect(answer.status).toBe(200);
  const list = await token("list");
  expect(list).toContain("portal: view, control, features, power, fleet, metrics for all hosts");
  for (const secret of Object.values(secrets)) expect(list).not.toContain(secret);
});

test("another host is not called, in whatever spelling", async () => {
  const { port } = decoy;
  const names = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "localhost",
    "LocalHost.",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::1]",
    "0",
    "0.0.0.0",
    "127.0.0.1.",
    "127.0.0.2",
    "%31%32%37.0.0.1",
    "１２７.0.0.1",
  ];
  for (const name of names) {
    for (const [method, group] of [
      ["GET", "authentication"],
      ["POST", "authentication"],
      ["GET", "hoststate"],
    ]) {
      const body = method === "POST" ? { body: fixtureLogin } : {};
      const answer = await as("portal").request(method, `${group}/${name}:${port}`, body);
      expect({ name, method, status: answer.status }).toEqual({ name, method, status: 403 });
      expectError(answer, "NotAllowed", "WebAPI/AllowedHosts");
    }
  }
  expect(decoy.clients).toHaveLength(0);
});

test("nothing is done without a token, by whatever path and method", async () => {
  const { uid } = await as("portal").logIn("127.0.0.1");
  const own = { "Connection-Uid": uid };
  const paths = [
    "/api/v1/user",
    "/api/v1//user",
    "//api/v1/user",
    "/API/v1/user",
    "/api/v1/us%65r",
    "/api/v1/x/../user",
    "/health/../api/v1/user",
    "/health/%2e%2e/api/v1/user",
    "/health/",
    "/api/v1/user?ticket=x",
    "/api/v1/user;/health",
    "http://x/api/v1/user",
    "/metrics",
    "/",
  ];
  for (const path of paths) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const { status, body } = await raw(method, path, own);
      expect({ path, method, isRefused: [400, 401, 404, 405].includes(status) }).toEqual({
        path,
        method,
        isRefused: true,
      });
      expect(body).not.toContain("vyfixture");
    }
  }
  expect((await as("portal").get("user", { uid })).status).toBe(200);
  expect((await raw("GET", "/health")).status).toBe(200);
});

test("a token counts in its header and nowhere else", async () => {
  const { uid } = await as("portal").logIn("127.0.0.1");
  const own = { "Connection-Uid": uid };
  const { portal } = secrets;
  const places: Record<string, string>[] = [
    { Cookie: `Authorization=Bearer ${portal}` },
    { "X-Authorization": `Bearer ${portal}` },
    { "Proxy-Authorization": `Bearer ${portal}` },
    { Authorization: `Basic ${btoa(`portal:${portal}`)}` },
    { Authorization: portal },
    { Authorization: `Bearer ${portal}, Bearer ${portal}` },
    { Authorization: `Bearer ${portal.slice(0, -1)}` },
  ];
  for (const place of places) {
    const answer = await raw("GET", `/api/v1/user?access_token=${portal}`, { ...own, ...place });
    expect({ place, status: answer.status }).toEqual({ place, status: 401 });
    expect(answer.headers.get("www-authenticate")).toStartWith('Bearer realm="veyon-webapi"');
  }
});

test("a connection is its token's, and a scope is what it says", async () => {
  const { uid } = await as("portal").logIn("127.0.0.1");
  expectError(await as("viewer").get("user", { uid }), "InvalidConnection", "is unknown");
  const own = (await as("viewer").logIn("127.0.0.1")).uid;
  const lock = "feature/ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
  const answer = await as("viewer").request("PUT", lock, { uid: own, body: { active: true } });
  expectError(answer, "NotAllowed", "lacks the scope features");
});

test("a page of another origin gets nothing, with a token neither", async () => {
  const origin = (name: string): Promise<ApiAnswer> =>
    as("portal").get("hoststate/127.0.0.1", { headers: { Origin: name } });
  expect((await origin("https://evil.example")).status).toBe(403);
  expect((await origin("https://portal.example")).status).toBe(200);
});

test("a revoked token is good for nothing, and its connection is gone", async () => {
  const { uid } = await as("leaver").logIn("127.0.0.1");
  const clients = host.clients.length;
  await token("revoke", "--name", "leaver");
  await until("the connection to end", () => host.clients.length === clients - 1);
  const answer = await as("leaver").get("user", { uid });
  expectError(answer, "AuthenticationFailed", "unknown or revoked");
});

test("who guesses is stopped", async () => {
  const guess = (i: number) => ({
    method: authKeysUuid,
    credentials: { keyname: `guess${i}`, keydata: privateKey },
  });
  for (let i = 0; i < 10; i++) {
    expectError(await as("viewer").authenticate("127.0.0.1", guess(i)), "AuthenticationFailed");
  }
  const answer = await as("viewer").authenticate("127.0.0.1");
  expectError(answer, "TooManyRefusals", "the access token viewer");
  expect(Number(answer.headers.get("Retry-After"))).toBeWithin(1, 61);
});
