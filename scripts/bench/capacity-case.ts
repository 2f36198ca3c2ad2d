/**
 * How many hosts a server can watch on one core of the processor, and ours on two, before others
 * have to wait.
 */
import { availableParallelism } from "node:os";
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figure } from "./figure.ts";
import type { Plan } from "./plan.ts";
import { askUnderLoad } from "./picture-load.ts";
import { watchHosts, withReplayHosts } from "./replayed-classroom.ts";
import { type SideName, startSide } from "./servers.ts";
import { quantile } from "./statistics.ts";

/** Above that, several connections go to each host; for a server they are so many hosts. */
const simHostsMax = 100;

const queries = ["format=jpeg&width=320"];
const askEveryMs = 1000;
const latencyMaxMs = 10;
/** A server that gives out fewer of the pictures that are asked for has fallen behind. */
const rateMin = 0.8;
/** Between the last number of hosts that it could watch and the first that it could not. */
const halvings = 3;
/** Somebody else may have been at work for a moment. */
const attempts = 2;

export async function capacityCase(bench: Bench): Promise<Figure[]> {
  const { plan } = bench;
  const cores = Array.from({ length: availableParallelism() }, (_, core) => core);
  const hosts = {
    hosts: Math.min(simHostsMax, plan.capacityHostsMax),
    changing: true,
    network: true,
  };
  const measure = (name: SideName, coreCount: number) =>
    apartFrom(cores.slice(0, coreCount), cores, () =>
      withReplayHosts(bench, hosts, (addresses) =>
        withReplayHosts(bench, { hosts: 1, changing: false, network: true }, (quiet) =>
          measureCapacity(bench, name, cores.slice(0, coreCount), addresses, quiet),
        ),
      ),
    );
  const ours = await measure("ours", 1);
  const reference = await measure("reference", 1);
  const oursOnTwo = await measure("ours", 2);
  const text = { situation: "network-warm", quantity: "hosts", unit: "1" };
  const watched = "hosts watched once a second";
  return [
    figure({ ...text, work: `${watched}, one core`, bound: { atLeast: 2 } }, ours, reference),
    figure(
      { ...text, work: `${watched}, two cores`, otherName: "one core", bound: { atLeast: 1.7 } },
      oursOnTwo,
      ours,
    ),
  ];
}

/**
 * Keeps this process, and what it starts meanwhile, away from the cores of a server, as far as
 * there are others.
 */
async function apartFrom<Result>(
  taken: readonly number[],
  all: readonly number[],
  use: () => Promise<Result>,
): Promise<Result> {
  const others = all.filter((core) => !taken.includes(core));
  stayOn(others.length > 0 ? others : all);
  try {
    return await use();
  } finally {
    stayOn(all);
  }
}

function stayOn(cores: readonly number[]): void {
  const list = cores.join(",");
  Bun.spawnSync(["taskset", "--all-tasks", "--cpu-list", "--pid", list, `${process.pid}`]);
}

/** The greatest number of hosts that the server can watch. */
async function measureCapacity(
  bench: Bench,
  name: SideName,
  cores: readonly number[],
  addresses: readonly string[],
  quiet: readonly string[],
): Promise<number> {
  const { plan, servers, say } = bench;
  const side = await startSide(name, { ...servers, cores });
  try {
    const [asked] = await watchHosts(side, quiet);
    const sessions: ApiSession[] = [];
    const canWatch = async (count: number): Promise<boolean> => {
      const what = `${name} on ${cores.length} of the cores, ${count} hosts`;
      try {
        while (sessions.length < count) {
          const address = addresses[sessions.length % addresses.length];
          sessions.push(...(await watchHosts(side, [address])));
        }
        for (let attempt = 0; attempt < attempts; attempt++) {
          const found = await look(plan, sessions.slice(0, count), asked);
          say(`${what}: ${found.p99Ms.toFixed(1)} ms, ${found.rate.toFixed(0)} pictures/s`);
          if (found.p99Ms <= latencyMaxMs && found.rate >= count * rateMin) return true;
        }
      } catch (error) {
        say(`${what}: ${(error as Error).message}`);
      }
      return false;
    };
    let [good, bad] = [0, plan.capacityHostsMin];
    while (bad <= plan.capacityHostsMax && (await canWatch(bad))) [good, bad] = [bad, bad * 2];
    if (bad > plan.capacityHostsMax) return good;
    for (let halving = 0; halving < halvings; halving++) {
      const middle = Math.round((good + bad) / 2);
      if (await canWatch(middle)) good = middle;
      else bad = middle;
    }
    return good;
  } finally {
    await side.stop();
  }
}

async function look(
  { capacityWarmUpMs, capacityMs }: Plan,
  sessions: readonly ApiSession[],
  asked: ApiSession,
): Promise<{ p99Ms: number; rate: number }> {
  const load = { sessions, queries, clients: sessions.length, pauseMs: askEveryMs };
  const times = { warmUpMs: capacityWarmUpMs, durationMs: capacityMs };
  const { latenciesMs, rate } = await askUnderLoad(load, asked, times);
  return { p99Ms: quantile(latenciesMs, 0.99), rate };
}
