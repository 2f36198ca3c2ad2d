/** From PUT ScreenLock until the server says that the lock is on, and back, on a still screen. */
import type { ApiSession } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { watch, withRealHost } from "./real-classroom.ts";
import { withSides } from "./servers.ts";

const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const askEveryMs = 10;
/** Between what was seen and the next command. */
const pauseMs = 500;

export async function lockCase(bench: Bench): Promise<Figure[]> {
  const { locks, lockWaitMaxMs } = bench.plan;
  bench.say("the state of a lock");
  const locking = { ours: [] as number[], reference: [] as number[] };
  const unlocking = { ours: [] as number[], reference: [] as number[] };
  await withRealHost(bench, { network: false }, (host) =>
    withSides(bench.servers, async (sides) => {
      for (const side of sides) {
        const { session } = await watch(bench, side, host);
        for (let number = 0; number < locks; number++) {
          const lockedMs = await switchLock(session, true, lockWaitMaxMs);
          const unlockedMs = await switchLock(session, false, lockWaitMaxMs);
          locking[side.name].push(lockedMs);
          // A lock that was never seen cannot be seen to end.
          if (lockedMs < lockWaitMaxMs) unlocking[side.name].push(unlockedMs);
        }
        await session.close();
      }
    }),
  );
  const text = { work: "ScreenLock, still screen", unit: "ms" };
  const locked = { ...text, quantity: "until locked", bound: { atMost: 0.25 } };
  const unlocked = { ...text, quantity: "until unlocked", bound: { atMost: 0.05 } };
  return [
    medianFigure(locked, locking.ours, locking.reference),
    medianFigure(unlocked, unlocking.ours, unlocking.reference),
  ];
}

/** In ms; more than `maxMs` if it was given up. */
async function switchLock(session: ApiSession, wanted: boolean, maxMs: number): Promise<number> {
  await Bun.sleep(pauseMs);
  const startedAtMs = performance.now();
  await session.put(screenLock, { active: wanted });
  for (;;) {
    const askedAtMs = performance.now();
    const { active } = (await session.json(`feature/${screenLock}`)) as { active: boolean };
    const takenMs = performance.now() - startedAtMs;
    if (active === wanted || takenMs > maxMs) return takenMs;
    await Bun.sleep(askedAtMs + askEveryMs - performance.now());
  }
}
