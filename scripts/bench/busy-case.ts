/** How long others wait for a small answer while ten clients fetch pictures of full size. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figure, medianFigure } from "./figure.ts";
import { latencyMs } from "./picture-figures.ts";
import { type Side, withSides } from "./servers.ts";
import { watchPorts, withSimHosts } from "./simulated-classroom.ts";
import { quantile } from "./statistics.ts";
import { wrk } from "./wrk.ts";

const clients = 10;
const askEveryMs = 10;
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
  return withSimHosts(bench, busy, (ports) =>
    // Its host has to be asked as well, and is not to be held up by the others.
    withSimHosts(bench, { hosts: 1, changing: false }, (quiet) =>
      withSides(bench.servers, async (sides) => {
        const [ours, reference] = [await measure(bench, sides[0]), await measure(bench, sides[1])];
        return paces.flatMap((pace, index) =>
          busyFigures(pace.name, ours[index], reference[index]),
        );

        async function measure({ plan }: Bench, side: Side): Promise<Busy[]> {
          const sessions = await watchPorts(side, [...ports, ...quiet]);
          const found: Busy[] = [];
          for (const { pauseMs } of paces) {
            await askMeanwhile(side, sessions, pauseMs, plan.busyWarmUpMs);
            found.push(await askMeanwhile(side, sessions, pauseMs, plan.busyMs));
          }
          for (const session of sessions) await session.close();
          return found;
        }
      }),
    ),
  );
}

interface Busy {
  readonly latenciesMs: readonly number[];
  /** Pictures per second. */
  readonly rate: number;
}

function busyFigures(pace: string, ours: Busy, reference: Busy): Figure[] {
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

/** The last session is that of the host that is asked for its user. */
async function askMeanwhile(
  side: Side,
  sessions: readonly ApiSession[],
  pauseMs: number,
  durationMs: number,
): Promise<Busy> {
  const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-bench-"));
  const scriptFile = join(directory, "pictures.lua");
  writeFileSync(scriptFile, pictureScript(sessions.slice(0, -1), pauseMs));
  const seconds = Math.ceil(durationMs / 1000);
  try {
    const load = wrk({ connections: clients, seconds, url: side.url, scriptFile });
    const latenciesMs: number[] = [];
    const endAtMs = performance.now() + seconds * 1000;
    while (performance.now() < endAtMs) {
      const answer = await sessions.at(-1)!.get("user");
      latenciesMs.push(latencyMs(answer));
      await Bun.sleep(answer.sentAtMs + askEveryMs - performance.now());
    }
    return { latenciesMs, rate: await load };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** One host after the other, PNG and JPEG in turns. */
function pictureScript(sessions: readonly ApiSession[], pauseMs: number): string {
  const uids = sessions.map(({ uid }) => `"${uid}"`).join(", ");
  return `
local uids = { ${uids} }
local formats = { "png", "jpeg" }
local number = 0
request = function()
  number = number + 1
  local path = "/api/v1/framebuffer?format=" .. formats[math.floor(number / #uids) % 2 + 1]
  return wrk.format("GET", path, { ["Connection-Uid"] = uids[number % #uids + 1] })
end
delay = function() return ${pauseMs} end
`;
}
