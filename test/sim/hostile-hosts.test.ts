/**
 * Hosts that want to stop the server by what they send: others are served meanwhile, and memory has
 * its bounds.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { constants, deflateRawSync } from "node:zlib";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { MemoryBudget } from "../../src/scheduling/memory-budget.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { untilShown } from "./support/framebuffer.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const mib = 1024 * 1024;
const zrle = Encoding.Zrle;
const desktopSize = Encoding.DesktopSize;

interface Attack {
  readonly server: ApiServer;
  readonly memory: MemoryBudget;
  readonly bad: { readonly host: SimHost; readonly session: ApiSession };
  readonly good: { readonly host: SimHost; readonly session: ApiSession };
}

/** Two hosts with a picture each, one of which will be bad. */
async function arrange(memoryBytesMax = 1024 * mib): Promise<Attack> {
  const memory = new MemoryBudget(memoryBytesMax, "WebAPI/ScreenMemory");
  const server = await startServer({}, { memory, encodings: [zrle] });
  const open = async () => {
    const host = await start();
    const session = await server.api.logIn(host.port);
    await untilShown(session, host.screen);
    return { host, session };
  };
  return { server, memory, bad: await open(), good: await open() };
}

/** A tile of one pixel in a stored block, and a flush. */
const dot = Uint8Array.fromHex("000400fbff01070809000000ffff");

interface RectHeader {
  readonly width: number;
  readonly height: number;
  readonly encoding: number;
  readonly payload?: Uint8Array;
}

function update(rects: readonly RectHeader[]): Uint8Array {
  const writer = new ByteWriter(1024).u16(0).u16(rects.length);
  for (const { width, height, encoding, payload } of rects) {
    writer.u16(0).u16(0).u16(width).u16(height).i32(encoding);
    if (payload !== undefined) writer.u32(payload.length).bytes(payload);
  }
  return writer.finish();
}

/**
 * ZRLE tiles of one colour for the whole area: some bytes for millions of pixels. They go on in the
 * zlib stream that the first picture began.
 */
function solidTiles(width: number, height: number): Uint8Array {
  const tiles = Math.ceil(width / 64) * Math.ceil(height / 64);
  const bytes = Buffer.alloc(tiles * 4, Uint8Array.of(1, 7, 8, 9));
  return deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Turns of the event loop until it is called. */
function countTurns(): () => number {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return turns;
  };
}

/** Sends the bytes and asks the good host as long as the bad one has not been dealt with. */
async function attack({ server, bad, good }: Attack, bytes: Uint8Array, isOver: () => boolean) {
  const turns = countTurns();
  await bad.host.relay("bell", bytes);
  let answers = 0;
  while (!isOver()) {
    expect((await good.session.get("user")).status).toBe(200);
    answers++;
  }
  expect(
    server.lines.filter((line) => line.includes(`lost host=127.0.0.1:${good.host.port}`)),
  ).toEqual([]);
  return { turns: turns(), answers };
}

const isLost =
  ({ server, bad }: Attack) =>
  () =>
    server.lines.some(
      (line) => line.includes("host lost") && line.includes(`host=127.0.0.1:${bad.host.port} `),
    );

describe("an update", () => {
  test("of 16,384 changes of size takes no time and the memory of one: the last one counts", async () => {
    const all = await arrange();
    const before = all.memory.takenBytes;
    const rects = Array.from({ length: 16_384 }, (_, index) => ({
      width: 16_384 - (index % 2),
      height: 2000,
      encoding: desktopSize,
    }));
    const seen = all.bad.host.updateRequests.whole;
    await attack(all, update(rects), () => all.bad.host.updateRequests.whole > seen);
    // For the last size, if the host has sent pixels of it meanwhile; 16,384 would be 2 TB.
    expect(all.memory.takenBytes - before).toBeLessThan(130 * mib);
  });

  test("of few bytes for many pixels is painted in turns", async () => {
    const all = await arrange();
    const size = { width: 8192, height: 4000 };
    const tiles = { ...size, encoding: zrle, payload: solidTiles(8192, 4000) };
    expect(tiles.payload.length).toBeLessThan(1000);
    const bytes = update([{ ...size, encoding: desktopSize }, tiles, tiles, tiles, tiles]);
    const seen = all.bad.host.updateRequests.incremental;
    const isPainted = () => all.bad.host.updateRequests.incremental > seen;
    const { turns, answers } = await attack(all, bytes, isPainted);
    expect([turns > 40, answers > 5]).toEqual([true, true]);
  });

  test("of megabytes that hold nothing is gone through in turns", async () => {
    const all = await arrange();
    const size = { width: 8192, height: 4000 };
    const emptyBlocks = Buffer.alloc(60 * mib, Uint8Array.of(0, 0, 0, 0xff, 0xff));
    const bytes = update([
      { ...size, encoding: desktopSize },
      { ...size, encoding: zrle, payload: emptyBlocks },
    ]);
    const { turns } = await attack(all, bytes, isLost(all));
    expect(turns).toBeGreaterThan(20);
  });

  test("is painted no further once its connection is closed", async () => {
    const all = await arrange();
    const size = { width: 16_384, height: 4000 };
    const tiles = { ...size, encoding: zrle, payload: solidTiles(16_384, 4000) };
    await all.bad.host.relay("bell", update([{ ...size, encoding: desktopSize }, tiles]));
    await until("it is being painted", () => all.memory.takenBytes > 200 * mib);
    await all.bad.session.close();
    expect(all.memory.takenBytes).toBeLessThan(mib);
    expect((await all.good.session.get("user")).status).toBe(200);
  });
});

describe("memory", () => {
  test("of a host that changes its size all the time is given back each time", async () => {
    const all = await arrange();
    const rssBefore = process.memoryUsage.rss();
    let lastRss = 0;
    const looks: Promise<unknown>[] = [];
    for (let round = 0; round < 30; round++) {
      // A host at which nobody looks is asked for nothing.
      looks.push(all.bad.session.get("framebuffer"));
      const size = { width: 8000 + (round % 2), height: 4000, encoding: desktopSize };
      const pixel = { width: 1, height: 1, encoding: zrle, payload: dot };
      const seen = all.bad.host.updateRequests.whole;
      await all.bad.host.relay("bell", update([size, pixel]));
      await until("it was painted", () => all.bad.host.updateRequests.whole > seen);
      lastRss = process.memoryUsage.rss();
    }
    await Promise.all(looks);
    // Two of 128 MB at most: one that is being taken over, and its successor.
    expect(all.memory.takenBytes).toBeLessThan(270 * mib);
    expect(lastRss - rssBefore).toBeLessThan(600 * mib);
    expect((await all.good.session.get("user")).status).toBe(200);
  });

  test("that one host wants beyond all there is, is not given to it", async () => {
    const all = await arrange(64 * mib);
    const size = { width: 8000, height: 4000 };
    const pixel = { width: 1, height: 1, encoding: zrle, payload: dot };
    await attack(all, update([{ ...size, encoding: desktopSize }, pixel]), isLost(all));
    const line = await all.server.lineWith("host lost", `host=127.0.0.1:${all.bad.host.port} `);
    expect(line).toContain(
      "no memory for it: it takes 126 MiB, and all hosts together may take 64 MiB",
    );
    expect(line).toContain("WebAPI/ScreenMemory");
  });

  test("that two hosts have taken is given to those who need a little", async () => {
    const all = await arrange(64 * mib);
    const size = { width: 3900, height: 4000, encoding: desktopSize };
    const pixel = { width: 1, height: 1, encoding: zrle, payload: dot };
    await all.bad.host.relay("bell", update([size, pixel]));
    await until("it has its screen", () => all.memory.takenBytes > 50 * mib);
    // Five screens of 4 MB find no room beside it.
    const modest = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const host = await start({ width: 1000, height: 1000 });
        host.screen.fill(host.screen.bounds, 0x123456);
        return { host, session: await all.server.api.logIn(host.port) };
      }),
    );
    for (const { host, session } of modest) await untilShown(session, host.screen);
    expect(isLost(all)()).toBe(true);
    expect((await all.good.session.get("framebuffer")).status).toBe(200);
  });

  test("of a classroom that has gone is back", async () => {
    const memory = new MemoryBudget(1024 * mib, "WebAPI/ScreenMemory");
    const server = await startServer({ connectionLimit: 100 }, { memory });
    const hosts = await Promise.all(
      Array.from({ length: 20 }, () => start({ width: 1000, height: 700 })),
    );
    const sessions = await Promise.all(hosts.map(({ port }) => server.api.logIn(port)));
    for (const [index, session] of sessions.entries())
      await untilShown(session, hosts[index].screen);
    expect(memory.takenBytes).toBeGreaterThan(20 * 1000 * 700 * 4);
    await Promise.all(sessions.map((session) => session.close()));
    expect(memory.takenBytes).toBe(0);
  });
});

test("messages without end let others run", async () => {
  const all = await arrange();
  const bells = new Uint8Array(1_000_000).fill(2);
  let isSending = true;
  onceOver(() => void (isSending = false));
  const flood = (async () => {
    for (let count = 0; isSending && count < 20; count++) await all.bad.host.relay("bell", bells);
  })();
  const turns = countTurns();
  for (let count = 0; count < 50; count++) {
    expect((await all.good.session.get("user")).status).toBe(200);
  }
  isSending = false;
  await flood;
  expect(turns()).toBeGreaterThan(50);
});
