/** From PUT ScreenLock until the server says that the lock is on, and back, on a still screen. */
import type { ApiSession } from "./api-client.ts";

const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const askEveryMs = 10;
/** Between what was seen and the next command. */
const pauseMs = 500;

/** In ms; more than `maxMs` if it was given up. */
export async function switchLock(
  session: ApiSession,
  wanted: boolean,
  maxMs: number,
): Promise<number> {
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
