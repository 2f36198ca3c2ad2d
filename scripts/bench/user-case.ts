/** How many requests for the user a server answers, with 32 connections. */
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { type Watcher, withRealHost } from "./real-classroom.ts";
import { withSides } from "./servers.ts";
import { wrk } from "./wrk.ts";

export async function userCase(bench: Bench): Promise<Figure[]> {
  const { plan } = bench;
  const work = "GET user, 32 connections";
  bench.say(work);
  return withRealHost(bench, { network: false }, ({ address }) =>
    withSides(bench.servers, async (sides) => {
      const watchers: Watcher[] = [];
      for (const side of sides) watchers.push({ side, session: await side.logIn(address) });
      const rates = { ours: [] as number[], reference: [] as number[] };
      // The first round is to warm up.
      for (let round = 0; round <= plan.wrkRounds; round++) {
        for (const { side, session } of watchers) {
          const url = `${side.url}/api/v1/user`;
          const { uid } = session;
          const rate = await wrk({ connections: 32, seconds: plan.wrkSeconds, url, uid });
          if (round > 0) rates[side.name].push(rate);
        }
      }
      const text = { work, quantity: "rate", unit: "requests/s", bound: { atLeast: 1 } };
      return [medianFigure(text, rates.ours, rates.reference)];
    }),
  );
}
