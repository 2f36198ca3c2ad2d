/**
 * What is measured with one viewer at a time: another one slows the host's news, and learns from
 * what this one does.
 */
import { openBareSession } from "./bare-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { measureFloor, measureFreshness } from "./freshness.ts";
import { watch, withRealClassroom } from "./real-classroom.ts";
import { switchLock } from "./screen-lock.ts";

/** Of each kind, before it is the other side's turn. */
const blockSamples = 5;

interface Samples {
  readonly ages: number[];
  readonly locking: number[];
  readonly unlocking: number[];
}

export async function viewerCases(bench: Bench): Promise<Figure[]> {
  const { plan, random, key } = bench;
  bench.say("the age of pictures, and the state of a lock");
  return withRealClassroom(bench, "text", async (classroom) => {
    const samples = classroom.sides.map((): Samples => ({ ages: [], locking: [], unlocking: [] }));
    const [ours, reference] = samples;
    const floors: number[] = [];
    while (reference.ages.length < plan.viewerSamples) {
      for (const [index, side] of classroom.sides.entries()) {
        const { ages, locking, unlocking } = samples[index];
        const { session } = await watch(side, classroom);
        const count = Math.min(blockSamples, plan.viewerSamples - ages.length);
        // The first one is to warm up.
        await measureFreshness(session, classroom.screen, random);
        for (let number = 0; number < count; number++) {
          ages.push(await measureFreshness(session, classroom.screen, random));
        }
        for (let number = 0; number < count; number++) {
          const lockedMs = await switchLock(session, true, plan.lockWaitMaxMs);
          const unlockedMs = await switchLock(session, false, plan.lockWaitMaxMs);
          locking.push(lockedMs);
          // A lock that was never seen cannot be seen to end.
          if (lockedMs < plan.lockWaitMaxMs) unlocking.push(unlockedMs);
        }
        await session.close();
      }
      const bare = await openBareSession(classroom.host.port, key);
      await bare.session.firstPicture;
      for (let number = 0; number < blockSamples; number++) {
        floors.push(await measureFloor(bare, classroom.screen, random));
      }
      bare.session.close();
      await bare.session.ended;
    }
    const age = { work: "from a change to the first picture with it", quantity: "age", unit: "ms" };
    const lock = { work: "ScreenLock, still screen", unit: "ms" };
    const locked = { ...lock, quantity: "until locked", bound: { atMost: 0.25 } };
    const unlocked = { ...lock, quantity: "until unlocked", bound: { atMost: 0.05 } };
    return [
      medianFigure({ ...age, bound: { atMost: 0.5 } }, ours.ages, reference.ages),
      medianFigure({ ...age, otherName: "floor" }, ours.ages, floors),
      medianFigure(locked, ours.locking, reference.locking),
      medianFigure(unlocked, ours.unlocking, reference.unlocking),
    ];
  });
}
