/** How many requests for the user a server answers, with 32 connections. */
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { type Watcher, withRealClassroom } from "./real-classroom.ts";
import { wrk } from "./wrk.ts";

export async function userCase(bench: Bench): Promise<Figure[]> {
  const { plan } = bench;
  const work = "GET user, 32 connections";
  bench.say(work);
  return withRealClassroom(bench, "text", async ({ host, sides }) => {
    const watchers: Watcher[] = [];
    for (const side of sides) watchers.push({ side, session: await side.logIn(host.port) });
    const rates = watchers.map((): number[] => []);
    // The first round is to warm up.
    for (let round = 0; round <= plan.wrkRounds; round++) {
      for (const [index, { side, session }] of watchers.entries()) {
        const url = `${side.url}/api/v1/user`;
        const rate = await wrk({
          connections: 32,
          seconds: plan.wrkSeconds,
          url,
          uid: session.uid,
        });
        if (round > 0) rates[index].push(rate);
      }
    }
    const text = { work, quantity: "rate", unit: "requests/s", bound: { atLeast: 1 } };
    return [medianFigure(text, rates[0], rates[1])];
  });
}
