/** What hosts cost that a server holds while nobody looks at them. */
import type { Bench } from "./bench.ts";
import { cpuMs, residentBytes } from "./process-usage.ts";
import { watchHosts } from "./replayed-classroom.ts";
import { type SideName, startSide } from "./servers.ts";

/**
 * Ours goes on looking after a host for 10 s after the last request, and memory is given back in
 * seconds.
 */
const settleMs = { full: 12_000, short: 12_000, quick: 1000 };

export interface HeldHosts {
  readonly hosts: number;
  readonly residentBytes: number;
  /** Of a second, in ms. */
  readonly cpuMsPerSecond: number;
}

/**
 * For each of the counts, in ascending order; the first entry is the server with no host at all.
 * Throws when the server stops answering.
 */
export async function measureHeldHosts(
  bench: Bench,
  name: SideName,
  addresses: readonly string[],
  counts: readonly number[],
): Promise<HeldHosts[]> {
  const { plan, servers } = bench;
  const side = await startSide(name, servers);
  const found: HeldHosts[] = [];
  let held = 0;
  try {
    for (const hosts of [0, ...counts]) {
      bench.say(`${name} holds ${hosts} hosts`);
      const wanted = Array.from(
        { length: hosts - held },
        (_, i) => addresses[(held + i) % addresses.length],
      );
      await watchHosts(side, wanted);
      held = hosts;
      await Bun.sleep(settleMs[plan.name]);
      const cpuBeforeMs = cpuMs(side.pid);
      const startedAtMs = performance.now();
      await Bun.sleep(plan.growthMs);
      const seconds = (performance.now() - startedAtMs) / 1000;
      const cpuMsPerSecond = (cpuMs(side.pid) - cpuBeforeMs) / seconds;
      found.push({ hosts, residentBytes: residentBytes(side.pid), cpuMsPerSecond });
    }
  } finally {
    await side.stop();
  }
  return found;
}
