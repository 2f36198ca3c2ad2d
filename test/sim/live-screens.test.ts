/** ?screen=N: one of several screens of a host. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { mixed, randomFrom } from "../support/pictures.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { picture, untilPicture } from "./support/framebuffer.ts";
import { until } from "./support/until.ts";

const left = { name: "left", x: -64, y: 16, width: 64, height: 48 };
const right = { name: "right", x: 0, y: 0, width: 96, height: 64 };

let host: SimHost;
let session: ApiSession;

beforeAll(async () => {
  host = await start({ width: 160, height: 64 });
  host.features.screens = [right, left];
  const paint = mixed(randomFrom(1));
  const pixels = Uint32Array.from({ length: 160 * 64 }, (_, i) => paint(i % 160, (i / 160) | 0));
  host.screen.put(host.screen.bounds, pixels);
  const { api } = await startServer();
  session = await api.logIn(host.port);
  await untilPicture(session);
});
afterAll(stopAll);

/** Where it stands in the picture. */
const inPicture = { 1: { ...right, x: 64 }, 2: { ...left, x: 0 } };

describe.each([1, 2] as const)("screen %i", (number) => {
  test("is that part of the picture, pixel for pixel", async () => {
    const { width, height, pixels } = await picture(session, `?screen=${number}`);
    const place = inPicture[number];
    expect([width, height]).toEqual([place.width, place.height]);
    expect(pixels.map((pixel) => pixel & 0xffffff)).toEqual(
      Uint32Array.from(host.screen.read(place)),
    );
  });

  test("is scaled by its own sides, and may be a JPEG", async () => {
    const place = inPicture[number];
    const small = await picture(session, `?screen=${number}&width=${place.width / 2}`);
    expect([small.width, small.height]).toEqual([place.width / 2, place.height / 2]);
    const answer = await session.get(`framebuffer?screen=${number}&format=jpeg&height=10`);
    expect(answer.contentType).toBe("image/jpeg");
    expect((await decodeWithBun(answer.bytes)).height).toBe(10);
  });

  test("has an ETag of its own, and 304 as long as nothing changes", async () => {
    const path = `framebuffer?screen=${number}`;
    const etag = (await session.get(path)).headers.get("ETag")!;
    const again = { uid: session.uid, headers: { "If-None-Match": etag } };
    expect((await session.api.get(path, again)).status).toBe(304);
    expect((await session.api.get("framebuffer", again)).status).toBe(200);
  });
});

test("an empty number is none: the whole picture", async () => {
  expect((await picture(session, "?screen=")).width).toBe(160);
});

test.each([
  ["0", "screen is no number from 1 on"],
  ["first", "screen is no number from 1 on"],
  ["3", "screen 3 is unknown: the host has screens 1 to 2"],
])("there is no screen %s", async (number, details) => {
  expectError(await session.get(`framebuffer?screen=${number}`), "InvalidData", details);
});

test("a host that does not name its screens has one", async () => {
  const old = await start({ version: "4.5.0" });
  const { api } = await startServer();
  const session = await api.logIn(old.port);
  await untilPicture(session);
  expect((await picture(session, "?screen=1")).width).toBe(64);
  expectError(await session.get("framebuffer?screen=2"), "InvalidData", "the host has one screen");
});

test("screens are plugged in and out", async () => {
  const status = async () => (await session.get("framebuffer?screen=2")).status;
  host.features.screens = [right];
  await until("one screen", async () => (await status()) === 400);
  host.features.screens = [right, left];
  await until("two screens", async () => (await status()) === 200);
});
