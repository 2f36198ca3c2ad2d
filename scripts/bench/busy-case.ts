/** How long others wait for a small answer while ten clients fetch pictures of full size. */
import type { Bench } from "./bench.ts";
import { type Figure, figure, medianFigure } from "./figure.ts";
import { askUnderLoad, type UnderLoad } from "./picture-load.ts";
import { watchHosts, withReplayHosts } from "./replayed-classroom.ts";
import { type Side, withSides } from "./servers.ts";
import { quantile } from "./statistics.ts";

const clients = 10;
const queries = ["format=png", "format=jpeg"];
const latencyMaxMs = 5;

/**
 * How the clients go on after a picture: five times a second each, or at once, which no server can
 * keep up with.
 */
const paces = [
  { name: "five times a second", pauseMs: 200 },
  { name: "without a pause", pauseMs: 0 },
];

/** Each client has a host of its own, of which a tenth changes every second. */
export async function busyCase(bench: Bench): Promise<Figure[]> {
  bench.say("GET user while others fetch pictures");
  const busy = { hosts: clients, changing: true };
  return withReplayHosts(bench, busy, (addresses) =>
    // Its host has to be asked as well, and is not to be held up by the others.
    withReplayHosts(bench, { hosts: 1, changing: false }, (quiet) =>
      withSides(bench.servers, async (sides) => {
        const [ours, reference] = [await measure(sides[0]), await measure(sides[1])];
        return paces.flatMap(({ name }, index) => busyFigures(name, ours[index], reference[index]));

        async function measure(side: Side): Promise<UnderLoad[]> {
          const { busyWarmUpMs: warmUpMs, busyMs: durationMs } = bench.plan;
          const [asked, ...sessions] = await watchHosts(side, [...quiet, ...addresses]);
          const found: UnderLoad[] = [];
          for (const { pauseMs } of paces) {
            const load = { sessions, queries, clients, pauseMs };
            found.push(await askUnderLoad(load, asked, { warmUpMs, durationMs }));
          }
          for (const session of [asked, ...sessions]) await session.close();
          return found;
        }
      }),
    ),
  );
}

function busyFigures(pace: string, ours: UnderLoad, reference: UnderLoad): Figure[] {
  const work = `GET user while ${clients} clients fetch pictures ${pace}`;
  const [own, theirs] = [ours, reference].map(({ latenciesMs }) => quantile(latenciesMs, 0.99));
  const p99 = { work, quantity: "latency, p99", unit: "ms" };
  return [
    figure({ ...p99, otherName: "limit", bound: { atMost: 1 } }, own, latencyMaxMs),
    figure(p99, own, theirs),
    medianFigure(
      { work, quantity: "latency", unit: "ms" },
      ours.latenciesMs,
      reference.latenciesMs,
    ),
    figure({ work, quantity: "pictures", unit: "pictures/s" }, ours.rate, reference.rate),
  ];
}
