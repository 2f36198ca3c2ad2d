/**
 * How old a change is when it is first seen: one viewer at a time, since another one slows the
 * host's news.
 */
import { openBareSession } from "./bare-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { measureFloor, measureFreshness } from "./freshness.ts";
import { watch, withRealHost } from "./real-classroom.ts";
import { withSidesFor } from "./servers.ts";
import type { Situation } from "./situations.ts";

/** Before it is the other side's turn. */
const blockSamples = 5;

export async function agePart(bench: Bench, situation: Situation): Promise<Figure[]> {
  const { plan, servers, random, key } = bench;
  bench.say(`the age of a change, ${situation.name}`);
  const ages = { ours: [] as number[], reference: [] as number[] };
  const floors: number[] = [];
  const count = Math.min(blockSamples, plan.ages);
  const blocks = Array.from({ length: plan.ages / count }, (_, index) => index);
  await withRealHost(bench, situation, (host) =>
    withSidesFor(servers, situation, blocks, async (sides, itsBlocks) => {
      for (const _block of itsBlocks) {
        for (const side of sides) {
          const { session } = await watch(bench, side, host);
          if (situation.isWarm) await measureFreshness(session, host.screen, random);
          for (let number = 0; number < count; number++) {
            ages[side.name].push(await measureFreshness(session, host.screen, random));
          }
          await session.close();
        }
        const bare = await openBareSession(host.address, key);
        await bare.session.firstPicture;
        for (let number = 0; number < count; number++) {
          floors.push(await measureFloor(bare, host.screen, random));
        }
        bare.session.close();
        await bare.session.ended;
      }
    }),
  );
  const text = {
    work: "from a change to the first picture with it",
    situation: situation.name,
    quantity: "age",
    unit: "ms",
  };
  return [
    medianFigure({ ...text, bound: { atMost: 0.6 } }, ages.ours, ages.reference),
    medianFigure({ ...text, otherName: "floor" }, ages.ours, floors),
  ];
}
