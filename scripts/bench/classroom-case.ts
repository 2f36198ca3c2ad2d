/** The CPU time of a minute in a classroom. */
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figure } from "./figure.ts";
import { latencyMs } from "./picture-figures.ts";
import { type Usage, usageOf, usedSince } from "./process-usage.ts";
import { type Side, startSide } from "./servers.ts";
import { watchPorts, withSimHosts } from "./simulated-classroom.ts";
import { median } from "./statistics.ts";

const overview = { query: "format=jpeg&width=320", everyMs: 1000 };
const single = { query: "format=jpeg", everyMs: 200 };

interface Block extends Usage {
  readonly durationMs: number;
  readonly pictures: number;
  readonly latenciesMs: readonly number[];
}

/** The sides have the hosts one at a time, in blocks, each with a new server. */
export async function classroomCase(bench: Bench): Promise<Figure[]> {
  const { plan, servers } = bench;
  const work = `a classroom of ${plan.classroomHosts}, per minute`;
  bench.say(work);
  const options = { hosts: plan.classroomHosts, changing: true };
  const blocks: Record<Side["name"], Block[]> = { ours: [], reference: [] };
  await withSimHosts(bench, options, async (ports) => {
    for (let block = 0; block < plan.classroomBlocks; block++) {
      for (const name of ["ours", "reference"] as const) {
        const side = await startSide(name, servers);
        try {
          const sessions = await watchPorts(side, ports);
          await look(side, sessions, plan.classroomWarmUpMs);
          const durationMs = plan.classroomMs / plan.classroomBlocks;
          blocks[name].push(await look(side, sessions, durationMs));
        } finally {
          await side.stop();
        }
      }
    }
  });
  const ours = perMinute(blocks.ours);
  const reference = perMinute(blocks.reference);
  return [
    figure(
      { work, quantity: "CPU", unit: "s", bound: { atMost: 0.3 } },
      ours.cpuSeconds,
      reference.cpuSeconds,
    ),
    figure({ work, quantity: "JS thread", unit: "s" }, ours.jsThreadSeconds, null),
    figure({ work, quantity: "pictures", unit: "1" }, ours.pictures, reference.pictures),
    figure({ work, quantity: "latency", unit: "ms" }, ours.latencyMs, reference.latencyMs),
  ];
}

async function look(
  side: Side,
  sessions: readonly ApiSession[],
  durationMs: number,
): Promise<Block> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  const before = usageOf(side);
  /** A client that has fallen behind leaves out what it cannot make up for. */
  const client = async (
    session: ApiSession,
    { query, everyMs }: typeof overview,
    phase: number,
  ) => {
    let dueAtMs = startedAtMs + phase * everyMs;
    while (dueAtMs < startedAtMs + durationMs) {
      await Bun.sleep(Math.max(0, dueAtMs - performance.now()));
      latenciesMs.push(latencyMs(await session.picture(query)));
      dueAtMs = Math.max(dueAtMs + everyMs, performance.now());
    }
  };
  await Promise.all([
    ...sessions.map((session, index) => client(session, overview, index / sessions.length)),
    client(sessions[0], single, 0),
  ]);
  return {
    ...usedSince(side, before),
    durationMs: performance.now() - startedAtMs,
    pictures: latenciesMs.length,
    latenciesMs,
  };
}

function perMinute(blocks: readonly Block[]) {
  const sum = (of: (block: Block) => number) => blocks.reduce((total, each) => total + of(each), 0);
  const minutes = sum(({ durationMs }) => durationMs) / 60_000;
  return {
    cpuSeconds: sum(({ cpuMs }) => cpuMs) / 1000 / minutes,
    jsThreadSeconds: sum(({ jsThreadMs }) => jsThreadMs) / 1000 / minutes,
    pictures: sum(({ pictures }) => pictures) / minutes,
    latencyMs: median(blocks.flatMap(({ latenciesMs }) => latenciesMs)),
  };
}
