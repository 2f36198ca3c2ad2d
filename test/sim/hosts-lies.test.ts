/**
 * Hosts whose lengths, counts and sizes are lies: each costs its own connection and nothing else.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Encoding } from "../../src/rfb/encodings.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { Step } from "../../src/sim/sim-options.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { garbageAt, patchedAt } from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { hex32 } from "./support/raw-client.ts";
import { until } from "./support/until.ts";

let server: ApiServer;
/** For hosts that announce more than they send, and for all others. */
let hasty: ApiServer;
let patient: ApiServer;
let other: { host: SimHost; session: ApiSession };

beforeAll(async () => {
  // Asked for, so that what they say is looked at; the bells below come with what the host really
  // uses, Raw.
  const encodings = [Encoding.Raw, Encoding.Rre, Encoding.Zlib, Encoding.Zrle, Encoding.CopyRect];
  server = await startServer({}, { encodings });
  hasty = await startServer({ connectionAuthenticationTimeoutMs: 2000 });
  patient = await startServer();
  const host = await start();
  other = { host, session: await server.api.logIn(host.port) };
});
afterAll(async () => {
  expect((await other.session.get("user")).status).toBe(200);
  expect(
    server.lines.filter((line) => line.includes(`lost host=127.0.0.1:${other.host.port}`)),
  ).toEqual([]);
  expect(server.lines.filter((line) => line.includes("request failed"))).toEqual([]);
  await stopAll();
});

describe("in the login", () => {
  const methodsOf = (count: string, ...types: string[]) => {
    const body = `0000000200${count}${types.join("")}`;
    return hex32(body.length / 2) + body;
  };
  const keys = "000000020000000003";
  /** What it says instead is not told: it may be anything. */
  const noList = / lists no authentication methods as a Veyon Server does$/;

  test.concurrent.each<[string, Step, number | null, string, RegExp]>([
    ["a message of 4 GiB", "methods", 0, "ffffffff", noList],
    ["a message above the limit", "methods", 0, "00010001", noList],
    ["a message at the limit that ends sooner", "methods", 0, "00010000", /no answer in time/],
    ["a negative count of methods", "methods", null, methodsOf("ffffffff", keys), noList],
    ["33 methods", "methods", null, methodsOf("00000021", keys.repeat(33)), noList],
    ["fewer methods than announced", "methods", null, methodsOf("00000003", keys), noList],
    ["more methods than announced", "methods", null, methodsOf("00000001", keys, keys), noList],
    ["a count that is no number", "methods", 4, "0000000a", noList],
    ["a variant of an unknown type", "methods", 4, "00000401", noList],
    ["a challenge of 4 GiB", "challenge", 0, "ffffffff", /4294967295 bytes, at most 65536/],
    ["a challenge longer than its message", "challenge", 9, "00000100", /Cannot/],
    ["a null challenge", "challenge", null, "000000090000000c00ffffffff", /Cannot read challenge/],
    ["a challenge that is text", "challenge", 4, "0000000a", /Cannot/],
    [
      "values in the acknowledgement",
      "acknowledgement",
      null,
      "00000009000000020000000001",
      /1 values/,
    ],
    [
      "a security result of 1",
      "securityResult",
      null,
      "0000000100000003616263",
      /: Cannot read security result: not 0 \(OK\), and Veyon says nothing else$/,
    ],
    ["a screen of 65535x65535", "serverInit", 0, "ffffffff", /screen of 65535x65535/],
    ["a screen of 16385x1", "serverInit", 0, "40010001", /screen of 16385x1/],
    ["a screen of too many pixels", "serverInit", 0, "40004000", /screen of 16384x16384/],
    ["a name of 4 GiB", "serverInit", 20, "ffffffff", /4294967295 bytes, at most 65536/],
    ["a name above the limit", "serverInit", 20, "00010001", /65537 bytes, at most 65536/],
    ["a name that ends sooner", "serverInit", 20, "00010000", /no answer in time/],
  ])("%s", async (_, step, offset, hex, details) => {
    const intercept = offset === null ? garbageAt(step, hex) : patchedAt(step, offset, hex);
    const host = await start({ intercept });
    const { api } = details.source === "no answer in time" ? hasty : patient;
    expectError(await api.authenticate(host.port), "ConnectionTimedOut", details);
    await untilNoSocketsTo(host.port);
  });

  test.each([
    ["a public key that is none", "0000000200"],
    ["a null public key", "ffffffff"],
  ])("%s", async (_, length) => {
    const { host: credentials, body } = loginWith.AuthLogon;
    const message = `000000090000000a00${length.slice(-8)}`;
    const host = await start({ credentials, intercept: garbageAt("publicKey", message) });
    expectError(await patient.api.authenticate(host.port, body), "ConnectionTimedOut", /Cannot/);
    await untilNoSocketsTo(host.port);
  });
});

describe("in the session", () => {
  const rect = (x: string, y: string, width: string, height: string, encoding: string) =>
    `00000001${x}${y}${width}${height}${encoding}`;
  const full = ["0000", "0000", "0040", "0030"] as const;
  const featureMessage = (body: string) => `29${hex32(body.length / 2)}${body}`;
  const head = `0000001e00${featureIds.userInfo.replaceAll("-", "")}000000020000000000`;
  const mapOf = (value: string) =>
    featureMessage(`${head}00000008000000000100000002${"0030"}${value}`);
  const list = (inner: string) => `000000090000000001${inner}`;

  test.concurrent.each<[string, string, RegExp]>([
    ["an unknown message", "4d", /unknown type 77/],
    ["65534 rectangles", "0000fffe", /65534 rectangles, at most 16384/],
    [
      "a rectangle that sticks out",
      rect("0001", "0000", "0040", "0030", "00000000"),
      /wanted inside 64x48/,
    ],
    [
      "a rectangle far outside",
      rect("ffff", "ffff", "ffff", "ffff", "00000000"),
      /wanted inside 64x48/,
    ],
    ["an unknown encoding", rect(...full, "00000063"), /encoding 99 was not asked for/],
    ["an encoding that was not asked for", rect(...full, "00000007"), /encoding 7 was not asked/],
    ["a pseudo-encoding that was not", rect(...full, "ffffff20"), /encoding -224 was not asked/],
    [
      "zlib data of far more than the pixels",
      `${rect(...full, "00000006")}${hex32(64 * 48 * 5)}`,
      /15360 bytes of zlib data, wanted at most 13435/,
    ],
    [
      "a screen that is painted over five times",
      `00000005${`${full.join("")}0000000100000000`.repeat(5)}`,
      /paints 15360 pixels of a screen of 3072/,
    ],
    ["a zlib rectangle of 4 GiB", `${rect(...full, "00000006")}ffffffff`, /4294967295/],
    ["a ZRLE rectangle of 2 GiB", `${rect(...full, "00000010")}80000000`, /2147483648/],
    [
      "zlib data that is none",
      `${rect(...full, "00000006")}00000004deadbeef`,
      /zlib|inflate|header/i,
    ],
    ["zlib data that gives too little", `${rect(...full, "00000006")}00000002789c`, /Cannot/],
    [
      "RRE with 4 billion parts",
      `${rect(...full, "00000002")}ffffffff00000000`,
      /51539607540 bytes/,
    ],
    ["a copy from outside", `${rect(...full, "00000001")}00010001`, /Cannot/],
    ["a screen of 65535x65535", rect("0000", "0000", "ffff", "ffff", "ffffff21"), /65535x65535/],
    ["a cursor of 65535x65535", rect("0000", "0000", "ffff", "ffff", "ffffff11"), /65535x65535/],
    ["cut text of 2 GiB", "0300000070000000", /1879048192 bytes/],
    ["UltraVNC's size of 65535x65535", "0400ffffffff", /65535x65535/],
    ["a feature message of 4 GiB", "29ffffffff", /4294967295 bytes/],
    ["a feature message above 32 MiB", "2902000001", /33554433 bytes/],
    ["a feature message of nothing", "2900000000", /wanted QUuid/],
    ["a variant of an unknown type", featureMessage("0000040000"), /type 1024/],
    ["a map of 1025 entries", featureMessage(`${head}000000080000000401`), /1025/],
    ["a text longer than its message", mapOf("0000000a0000000100"), /Cannot|message/],
    ["a text above its limit", mapOf("0000000a0000010001"), /65537/],
    ["a text of an odd length", mapOf("0000000a000000000361626364"), /3 bytes, wanted an even/],
    ["bytes above their limit", mapOf("0000000c0001000001"), /16777217/],
    ["containers four deep", mapOf(list(list(list("0000000001")))), /4 levels deep/],
    ["65 values in a message", featureMessage("000000020000000000".repeat(65)), /more than 64/],
  ])("%s", async (_, hex, reason) => {
    const host = await start();
    const session = await server.api.logIn(host.port);
    await until("a picture", async () => (await session.get("framebuffer")).status === 200);
    const gone = host.clients[0].closed;
    await host.relay("bell", Buffer.from(hex, "hex"));
    await gone;
    const line = await server.lineWith("host lost", `host=127.0.0.1:${host.port} `);
    expect(line).toMatch(reason);
    const isBack = () =>
      server.lines.some((one) => one.includes(`back host=127.0.0.1:${host.port}`));
    const user = await session.get("user");
    if (!isBack()) expectError(user, "ConnectionTimedOut", reason);
    await until("its return", async () => (await session.get("user")).status === 200);
    await session.close();
    await untilNoSocketsTo(host.port);
  });
});
