import { expect, test } from "bun:test";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { type ThreadGroup, UsageMeter } from "../../../scripts/bench/process-usage.ts";

const enoughMs = 50;

/** Works until the group has used enough, and gives the part that it has of the whole. */
async function shareOf(group: ThreadGroup, work: () => unknown): Promise<number> {
  const meter = new UsageMeter(process.pid);
  let [used, all] = [0, 0];
  while (used < enoughMs && all < 20 * enoughMs) {
    await work();
    const { cpuMs, threadsMs } = meter.lap();
    used += threadsMs[group];
    all += cpuMs;
  }
  return used / all;
}

test("what JavaScript uses is the main thread's", async () => {
  const count = () => {
    for (let number = 0, sum = 0; number < 1e6; number++) sum += Math.sqrt(number);
  };
  expect(await shareOf("main", count)).toBeGreaterThan(0.25);
});

test("what zlib uses is the codec's", async () => {
  const bytes = new Uint8Array(30_000_000);
  expect(await shareOf("codec", () => promisify(deflate)(bytes))).toBeGreaterThan(0.25);
});
