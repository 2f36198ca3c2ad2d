/** What hosts cost that a server holds while nobody looks at them. */
import type { Bench } from "./bench.ts";
import { type Side, startSide } from "./servers.ts";
import { watchPorts } from "./simulated-classroom.ts";

/**
 * Ours goes on looking after a host for 10 s after the last request, and memory is given back in
 * seconds.
 */
const settleMs = { full: 12_000, quick: 1000 };

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
  name: Side["name"],
  ports: readonly number[],
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
        (_, i) => ports[(held + i) % ports.length],
      );
      await watchPorts(side, wanted);
      held = hosts;
      await Bun.sleep(settleMs[plan.name]);
      const cpuBeforeMs = side.cpuMs();
      const startedAtMs = performance.now();
      await Bun.sleep(plan.growthMs);
      const seconds = (performance.now() - startedAtMs) / 1000;
      const cpuMsPerSecond = (side.cpuMs() - cpuBeforeMs) / seconds;
      found.push({ hosts, residentBytes: side.residentBytes(), cpuMsPerSecond });
    }
  } finally {
    await side.stop();
  }
  return found;
}
