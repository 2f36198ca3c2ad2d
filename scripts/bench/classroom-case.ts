/** The CPU time of a minute in a classroom. */
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { pace } from "./pace.ts";
import { latencyMs } from "./picture-figures.ts";
import { sumUsage, type Usage, UsageMeter } from "./process-usage.ts";
import { watchHosts, withReplayHosts } from "./replayed-classroom.ts";
import { type Side, type SideName, startSide } from "./servers.ts";
import type { Situation } from "./situations.ts";

/** All computers as previews, and one of them whole. */
export const classroomLooks = {
  overview: { query: "format=jpeg&width=320", everyMs: 1000 },
  single: { query: "format=jpeg", everyMs: 200 },
};

interface Block {
  /** Of a minute. */
  readonly used: Usage;
  readonly pictures: number;
  readonly latenciesMs: readonly number[];
}

const cpuMax = { loopback: 0.3, network: 0.4 };

/** The sides have the hosts in turns, in blocks, each with a new server that is warmed up. */
export async function classroomCase(bench: Bench, situation: Situation): Promise<Figure[]> {
  const { plan, servers } = bench;
  const isOnNetwork = situation.network !== false;
  const work = `a classroom of ${plan.classroomHosts}, per minute`;
  bench.say(`${work}, ${situation.name}`);
  const options = { hosts: plan.classroomHosts, changing: true, network: situation.network };
  const blocks: Record<SideName, Block[]> = { ours: [], reference: [] };
  await withReplayHosts(bench, options, async (addresses) => {
    for (let block = 0; block < plan.classroomBlocks; block++) {
      for (const name of ["ours", "reference"] as const) {
        const side = await startSide(name, servers);
        try {
          const sessions = await watchHosts(side, addresses);
          await look(side, sessions, plan.classroomWarmUpMs);
          blocks[name].push(await look(side, sessions, plan.classroomBlockMs));
        } finally {
          await side.stop();
        }
      }
    }
  });
  const { ours, reference } = blocks;
  const ofEach = (of: (block: Block) => readonly number[]) =>
    [ours.flatMap(of), reference.flatMap(of)] as const;
  const usages = ours.map(({ used }) => used);
  const { threadsMs } = sumUsage(usages, usages.length);
  const bound = { atMost: isOnNetwork ? cpuMax.network : cpuMax.loopback };
  const text = { work, situation: situation.name, unit: "ms" };
  return [
    medianFigure(
      { ...text, quantity: "CPU", bound, threadsMs },
      ...ofEach(({ used }) => [used.cpuMs]),
    ),
    medianFigure(
      { ...text, quantity: "pictures", unit: "1" },
      ...ofEach(({ pictures }) => [pictures]),
    ),
    medianFigure({ ...text, quantity: "latency" }, ...ofEach(({ latenciesMs }) => latenciesMs)),
  ];
}

async function look(
  side: Side,
  sessions: readonly ApiSession[],
  durationMs: number,
): Promise<Block> {
  const { overview, single } = classroomLooks;
  const latenciesMs: number[] = [];
  const meter = new UsageMeter(side.pid);
  const startedAtMs = performance.now();
  const client = (session: ApiSession, { query, everyMs }: typeof overview, phase: number) =>
    pace(everyMs, phase, durationMs, async () => {
      latenciesMs.push(latencyMs(await session.picture(query)));
    });
  await Promise.all([
    ...sessions.map((session, index) => client(session, overview, index / sessions.length)),
    client(sessions[0], single, 0),
  ]);
  const minutes = (performance.now() - startedAtMs) / 60_000;
  return {
    used: sumUsage([meter.lap()], minutes),
    pictures: latenciesMs.length / minutes,
    latenciesMs,
  };
}
