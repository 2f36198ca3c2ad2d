/** GET framebuffer: sizes, formats and levels. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { mixed, psnr, randomFrom } from "../support/pictures.ts";
import { decodeWithBun, readPngChunks } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { expectError } from "./support/documented-errors.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { picture, shows, untilPicture, untilShown } from "./support/framebuffer.ts";

describe("sizes", () => {
  let small: ApiSession;
  let wide: ApiSession;

  beforeAll(async () => {
    const { api } = await startServer();
    const [hostSmall, hostWide] = [await start(), await start({ width: 341, height: 99 })];
    small = await api.logIn(hostSmall.port);
    wide = await api.logIn(hostWide.port);
  });
  afterAll(stopAll);

  // The first dozen is what the reference was seen to do with 64x48; the others follow its rules.
  test.each([
    ["", 64, 48],
    ["?width=63", 63, 47],
    ["?width=32", 32, 24],
    ["?width=100", 64, 48],
    ["?height=24", 32, 24],
    ["?height=7", 9, 7],
    ["?height=1", 1, 1],
    ["?width=1", 64, 48],
    ["?width=32&height=32", 32, 32],
    ["?width=200&height=10", 200, 10],
    ["?width=0", 64, 48],
    ["?width=-5&height=-5", 64, 48],
    ["?width=10.5", 64, 48],
    ["?width=abc", 64, 48],
    ["?width=1e1", 64, 48],
    ["?width=0x20", 64, 48],
    ["?width=%2032", 32, 24],
    ["?width=+32", 32, 24],
    ["?width=%2B32", 64, 48],
    ["?width=32+", 64, 48],
    ["?width=32%20", 32, 24],
    ["?width=032", 32, 24],
    ["?width=", 64, 48],
    ["?width=99999999999", 64, 48],
    ["?width=16&width=32", 32, 24],
    ["?width=32&width=", 64, 48],
    ["?width=10;height=20", 64, 48],
    ["?w%69dth=32", 32, 24],
    ["?width=0&height=24", 32, 24],
    ["?width=32&height=0", 32, 24],
    ["?width=64&height=48", 64, 48],
    ["?WIDTH=32", 64, 48],
    ["?unknown=1", 64, 48],
    ["?format=jpeg&width=20", 20, 15],
    ["?format=jpg&width=7&height=9", 7, 9],
  ])("of 64x48 with %p: %ix%i", async (query, width, height) => {
    const found = await picture(small, query);
    expect([found.width, found.height]).toEqual([width, height]);
  });

  test.each([
    ["?width=340", 340, 98],
    ["?width=100", 100, 29],
    ["?width=3", 341, 99],
    ["?width=4", 4, 1],
    ["?height=98", 337, 98],
    ["?height=50", 172, 50],
    ["?height=100", 341, 99],
    ["?width=1000&height=1", 1000, 1],
  ])("of 341x99 with %p: %ix%i", async (query, width, height) => {
    const found = await picture(wide, query);
    expect([found.width, found.height]).toEqual([width, height]);
  });
});

describe("formats and levels", () => {
  let host: SimHost;
  let session: ApiSession;

  beforeAll(async () => {
    host = await start({ width: 320, height: 200 });
    const pixel = mixed(randomFrom(7));
    const pixels = new Uint32Array(320 * 200);
    for (let i = 0; i < pixels.length; i++) pixels[i] = pixel(i % 320, Math.floor(i / 320));
    host.screen.put(host.screen.bounds, pixels);
    session = await (await startServer()).api.logIn(host.port);
    await untilShown(session, host.screen);
  });
  afterAll(stopAll);

  test("PNG is RGB of 8 bits, without alpha and without a time", async () => {
    const { bytes } = await untilPicture(session);
    const chunks = readPngChunks(bytes);
    expect([chunks[0].data[8], chunks[0].data[9]]).toEqual([8, 2]);
    expect(new Set(chunks.map(({ type }) => type))).toEqual(new Set(["IHDR", "IDAT", "IEND"]));
  });

  test.each(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "-1", "x", "99999999999"])(
    "PNG with compression %s is exact",
    async (compression) => {
      const { bytes } = await untilPicture(session, `?compression=${compression}`);
      expect(shows(bytes, host.screen)).toBeTrue();
    },
  );

  const sizeOf = async (query: string) => (await untilPicture(session, query)).bytes.length;

  test("compression 1 is none, 9 the highest, beyond is 9, absent and no number is 5", async () => {
    const sizes = await Promise.all([1, 5, 9].map((level) => sizeOf(`?compression=${level}`)));
    expect(sizes[0]).toBeGreaterThan(320 * 200 * 3);
    expect(sizes[0]).toBeGreaterThan(sizes[1]);
    expect(sizes[1]).toBeGreaterThanOrEqual(sizes[2]);
    expect(await sizeOf("?compression=99")).toBe(sizes[2]);
    for (const query of ["", "?compression=0", "?compression=-3", "?compression=x"]) {
      expect(await sizeOf(query)).toBe(sizes[1]);
    }
  });

  test("JPEG: quality 1 is the least, 100 the most, beyond is 100, absent and no number is 75", async () => {
    const qualities = [1, 25, 75, 100];
    const pictures = await Promise.all(
      qualities.map((quality) => untilPicture(session, `?format=jpeg&quality=${quality}`)),
    );
    const sizes = pictures.map(({ bytes }) => bytes.length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(4);
    const likeness = await Promise.all(
      pictures.map(async ({ bytes }) =>
        psnr((await decodeWithBun(bytes)).pixels, host.screen.pixels),
      ),
    );
    expect(likeness).toEqual(likeness.toSorted((a, b) => a - b));
    expect(likeness[2]).toBeGreaterThan(24);
    expect(likeness[3]).toBeGreaterThan(30);
    expect(await sizeOf("?format=jpg&quality=500")).toBe(sizes[3]);
    for (const query of ["", "&quality=0", "&quality=-3", "&quality=x"]) {
      expect(await sizeOf(`?format=jpeg${query}`)).toBe(sizes[2]);
    }
  });

  test.each(["?", "?width=77", "?format=jpeg", "?format=jpeg&width=50&height=60"])(
    "the same picture has the same bytes: %s",
    async (query) => {
      const [first, second] = [
        await session.get(`framebuffer${query}`),
        await session.get(`framebuffer${query}`),
      ];
      expect(first.bytes).toEqual(second.bytes);
    },
  );

  test.each(["PNG", "Jpeg", "JPG", "gif", "webp", "bmp", "image/png", "__proto__", "%00"])(
    "format %s is error 9",
    async (format) => {
      expectError(await session.get(`framebuffer?format=${format}`), "UnsupportedImageFormat");
    },
  );

  test("an empty format is PNG, and the last of several counts", async () => {
    expect((await session.get("framebuffer?format=")).contentType).toBe("image/png");
    const several = await session.get("framebuffer?format=png&format=jpeg");
    expect(several.contentType).toBe("image/jpeg");
  });
});
