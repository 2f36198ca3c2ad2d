/**
 * Call by call, the answers of the reference WebAPI and of ours, in front of one real Veyon Server
 * 4.7.5.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ApiAnswer, ApiClient, ApiSession } from "../sim/support/api-client.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { HttpSocket, requestText } from "../sim/support/http-socket.ts";
import { pupil } from "./support/account.ts";
import { type BothServers, keyLogin, startBothServers, startHost } from "./support/both-servers.ts";
import { decodePicture, differentPixels, type Picture } from "./support/picture.ts";
import { missing, title } from "./support/requirements.ts";
import { until } from "./support/until.ts";
import type { VeyonHost } from "./support/veyon-host.ts";

const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const textMessage = "e75ae9c8-ac17-4d00-8f0d-019348346208";
const userLogin = "7310707d-3918-460d-a949-65bd152cb958";
const unknownFeature = "11111111-1111-1111-1111-111111111111";

/** A call of the API on an open connection. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What both must answer alike: status, content type and body. */
const sameCalls: readonly Call[] = [
  { method: "GET", path: "user" },
  { method: "GET", path: "user/" },
  { method: "GET", path: "User" },
  { method: "GET", path: "nope" },
  { method: "POST", path: "user" },
  { method: "OPTIONS", path: "user" },
  { method: "GET", path: "authentication/" },
  { method: "GET", path: `feature/${screenLock}` },
  { method: "GET", path: `feature/{${screenLock.toUpperCase()}}` },
  { method: "GET", path: `feature/${unknownFeature}` },
  { method: "GET", path: "feature/garbage" },
  { method: "PUT", path: `feature/${unknownFeature}`, body: { active: true } },
  { method: "PUT", path: `feature/${screenLock}`, body: { active: false } },
  { method: "PUT", path: `feature/${screenLock}`, body: { active: 0, arguments: { x: 1 } } },
  { method: "PUT", path: `feature/${screenLock}`, body: { active: null } },
  { method: "PUT", path: `feature/${screenLock}`, body: { active: "False" } },
  { method: "PUT", path: `feature/${userLogin}`, body: { active: false } },
  { method: "GET", path: "framebuffer?format=gif" },
  { method: "GET", path: "framebuffer?format=PNG" },
];

/** What is wanted to differ, the reference's answer first. */
const wantedDifferences: readonly (Call & {
  readonly why: string;
  readonly reference: object;
  readonly ours: object;
})[] = [
  {
    why: "session came with 4.8; ours has it for hosts of every version",
    method: "GET",
    path: "session",
    reference: { status: 404 },
    ours: { status: 200 },
  },
  {
    why: "so did hoststate",
    method: "GET",
    path: "hoststate/127.0.0.1",
    reference: { status: 404 },
    ours: { status: 200, json: { state: "online" } },
  },
  {
    why: "a body without `active` says what is missing",
    method: "PUT",
    path: `feature/${screenLock}`,
    body: { arguments: {} },
    reference: { status: 400, json: { error: { code: 1, message: "Invalid data" } } },
    ours: {
      status: 400,
      json: { error: { code: 1, details: "active is missing", message: "Invalid data" } },
    },
  },
  {
    why: "so does one that is no JSON",
    method: "PUT",
    path: `feature/${screenLock}`,
    body: "garbage",
    reference: { status: 400, json: { error: { code: 1, message: "Invalid data" } } },
    ours: { status: 400 },
  },
  {
    why: "UserLogin without a password is refused instead of sent",
    method: "PUT",
    path: `feature/${userLogin}`,
    body: { active: true, arguments: { username: "" } },
    reference: { status: 200 },
    ours: { status: 400 },
  },
];

/** PUT TextMessage with these bodies, byte for byte; the answer without its details is the same. */
const bodies: [string, string, number][] = [
  ["a text in Latin-1", '{"active":true,"arguments":{"text":"Gr\xfc\xdfe"}}', 400],
  ["a key in Latin-1", '{"active":true,"gr\xfc\xdf":1}', 400],
  ["Latin-1 behind the object", '{"active":true}\xfc', 400],
  ["a byte order mark", '\xef\xbb\xbf{"active":false}', 200],
  ["half a surrogate pair in bytes", '{"active":false,"x":"\xed\xa0\x80"}', 400],
  ["a line break in a text", '{"active":false,"x":"a\nb"}', 200],
  ["a backslash before an apostrophe", '{"active":false,"x":"it\\\'s"}', 200],
  ["a broken Unicode escape", '{"active":false,"x":"\\u12"}', 400],
  ["a comma too many", '{"active":false,}', 400],
  ["a comment", '{"active":false/**/}', 400],
  ["two objects", '{"active":false}{}', 400],
  ["a NUL at the end", '{"active":false}\0', 400],
  ["a list", "[]", 400],
  ["nothing", "", 400],
];

/** A cursor has at most this many pixels; the reference paints it into its pictures. */
const pointerPixelsMax = 32 * 32;

/**
 * Sizes asked for: below, at and above the screen's, one side, both, none, and what counts as
 * absent.
 */
const sizes = (
  " width=10&width=20 width=20&width=10 width=100&width= width=&width=100 width=100+ width=%2B100 width=+100 width=100%20" +
  " WIDTH=100 Width=50&width=60 width=10;height=20 height=20;width=10&height=70 w%69dth=100 width%3D100 width=1%300" +
  " width=%2531%2530 width=%09100 width=100%0A width=%C2%A0100 width=%FF100 width=100% width=&height=50 &&width=100&" +
  " width=320 height=100 width=1 height=1 width=2 width=1023 width=1024 width=5000 height=767 height=5000 width=333&height=77" +
  " width=1500&height=20 width=0 width=-5 width=10.5 width=abc width=%2050 width=100&height=0 height=13&width= width=7"
).split(" ");

afterAll(stopAll);

describe.skipIf(missing.length > 0)(title("ours beside the reference"), () => {
  let host: VeyonHost;
  let servers: BothServers;
  let ours: ApiSession;
  let reference: ApiSession;

  beforeAll(async () => {
    host = await startHost({ user: pupil, size: { width: 1024, height: 768 } });
    servers = await startBothServers(host.port);
    const login = await keyLogin();
    reference = await servers.reference.logIn(host.port, login);
    ours = await servers.ours.logIn(host.port, login);
    await host.screen.drawRows(0, colourBars(1024, 768));
    await Promise.all([reference, ours].map((session) => untilItShows(session, host)));
  });

  const both = ({ method, path, body }: Call) =>
    Promise.all(
      [reference, ours].map(async ({ api, uid }) =>
        plain(await api.request(method, path, { uid, body })),
      ),
    );

  test.each(sameCalls)("$method $path $body", async (call) => {
    const [theirs, own] = await both(call);
    expect(own).toEqual(theirs);
  });

  test.each(wantedDifferences)("$method $path differs: $why", async (call) => {
    const [theirs, own] = await both(call);
    expect(theirs).toMatchObject(call.reference);
    expect(own).toMatchObject(call.ours);
  });

  test.each(bodies)("a body with %s", async (_what, body, status) => {
    const path = `/api/v1/feature/${textMessage}`;
    for (const { api, uid } of [reference, ours]) {
      const socket = await HttpSocket.connect(api.url);
      socket.write(requestText("PUT", path, { "Connection-Uid": uid }, body));
      const answer = await socket.response();
      expect(answer.status).toBe(status);
      const error = { code: 1, message: "Invalid data" };
      expect(JSON.parse(answer.body)).toMatchObject(status === 200 ? {} : { error });
    }
  });

  test.each(["one", "many"])("60 KB of headers, %s", async (number) => {
    const headers =
      number === "one"
        ? { Cookie: "x".repeat(60_000) }
        : Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`X-${i}`, "x".repeat(990)]));
    for (const { api, uid } of [reference, ours]) {
      expect((await api.get("user", { uid, headers })).status).toBe(200);
    }
  });

  test("the features of the list are the same, but for newer names and newer features", async () => {
    const [theirs, own] = (await both({ method: "GET", path: "feature" })).map(
      ({ json }) => json as { uid: string; name: string; parentUid: string; active: boolean }[],
    );
    const known = new Map(own.map((feature) => [feature.uid, feature]));
    const renamed = { FileTransfer: "DistributeFiles", UserSessionInfo: "UserInfo" };
    for (const feature of theirs) {
      const name = renamed[feature.name as keyof typeof renamed] ?? feature.name;
      expect(known.get(feature.uid)).toEqual({ ...feature, name });
    }
    expect(Object.keys(own[0])).toEqual(Object.keys(theirs[0]));
  });

  test.each(sizes)("the picture for ?%s has the reference's size", async (query) => {
    const [theirs, own] = await pictures(`framebuffer?${query}`);
    expect([own.width, own.height]).toEqual([theirs.width, theirs.height]);
  });

  test("the PNG has the screen's pixels, and the reference's but for the pointer", async () => {
    await host.screen.movePointer(500, 400);
    const screen = await host.screen.screenshot();
    await until("the reference shows the pointer where it is now, ours does not", async () => {
      const [theirs, own] = await pictures("framebuffer");
      const pointer = differentPlaces(theirs, own);
      return (
        differentPixels(own, screen) === 0 &&
        pointer.length > 0 &&
        pointer.every(({ x, y }) => Math.abs(x - 500) <= 16 && Math.abs(y - 400) <= 16)
      );
    });
  });

  test.each([1, 5, 9])("the PNG at compression %d has the screen's pixels", async (compression) => {
    const answer = await ours.get(`framebuffer?compression=${compression}`);
    const screen = await host.screen.screenshot();
    expect(differentPixels(await decodePicture(answer.bytes), screen)).toBe(0);
  });

  test.each(["jpeg", "jpg"])("%s is a JPEG for both", async (format) => {
    for (const session of [reference, ours]) {
      const answer = await session.get(`framebuffer?format=${format}`);
      expect(answer.contentType).toBe("image/jpeg");
    }
  });

  test("both offer the same methods", async () => {
    const [theirs, own] = await Promise.all(
      [servers.reference, servers.ours].map((api) => methods(api, host.port)),
    );
    expect(own).toEqual(theirs);
  });

  test.each([
    ["no UUID", { method: "x" }, 400, 1],
    ["the nil UUID", { method: "00000000-0000-0000-0000-000000000000" }, 400, 1],
    ["the nil UUID in braces", { method: "{00000000-0000-0000-0000-000000000000}" }, 400, 1],
    ["a method that is not offered", { method: "63611f7c-b457-42c7-832e-67d0f9281085" }, 400, 5],
    ["no credentials", { method: "0c69b301-81b4-42d6-8fae-128cdd113314" }, 400, 4],
  ])("a login with %s", async (_what, body, status, code) => {
    for (const api of [servers.reference, servers.ours]) {
      const answer = await api.authenticate(host.port, body);
      expect(answer.status).toBe(status);
      expect(answer.json).toMatchObject({ error: { code } });
    }
  });

  test("a login with an unknown key", async () => {
    const { method, credentials } = await keyLogin();
    const body = { method, credentials: { ...credentials, keyname: "nobody" } };
    for (const api of [servers.reference, servers.ours]) {
      const answer = await api.authenticate(host.port, body);
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ error: { code: 6, message: "Authentication failed" } });
    }
  });

  test("a connection ends once", async () => {
    for (const api of [servers.reference, servers.ours]) {
      const session = await api.logIn(host.port, await keyLogin());
      expect(plain(await session.close())).toMatchObject({ status: 200, json: {} });
      const again = plain(await session.close());
      expect(again).toMatchObject({ status: 401, json: { error: { code: 2 } } });
    }
  });

  async function pictures(path: string) {
    const answers = await Promise.all([reference.get(path), ours.get(path)]);
    return Promise.all(answers.map((answer) => decodePicture(answer.bytes)));
  }
});

function plain(answer: ApiAnswer) {
  const { status, contentType, text } = answer;
  const json: unknown = contentType === "application/json" ? JSON.parse(text) : null;
  return { status, contentType, text, json };
}

async function methods(api: ApiClient, port: number): Promise<unknown> {
  return (await api.get(`authentication/127.0.0.1:${port}`)).json;
}

async function untilItShows(session: ApiSession, host: VeyonHost): Promise<void> {
  const screen = await host.screen.screenshot();
  await until("the picture equals the screen", async () => {
    const answer = await session.get("framebuffer");
    if (answer.status !== 200) return false;
    return differentPixels(await decodePicture(answer.bytes), screen) <= pointerPixelsMax;
  });
}

function differentPlaces(a: Picture, b: Picture): { x: number; y: number }[] {
  const places = [];
  for (let i = 0; i < a.pixels.length; i++) {
    if (a.pixels[i] !== b.pixels[i]) places.push({ x: i % a.width, y: Math.floor(i / a.width) });
  }
  return places;
}

/** Every pixel with another colour than its neighbours. */
function colourBars(width: number, height: number): Uint32Array {
  return Uint32Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = Math.floor(index / width);
    return ((x * 7) & 255) | (((y * 5) & 255) << 8) | ((((x ^ y) * 3) & 255) << 16);
  });
}
