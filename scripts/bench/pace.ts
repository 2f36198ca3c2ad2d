/**
 * Acts once in each interval, from `phase` of the first one on. Who has fallen behind leaves out
 * what he cannot make up for.
 */
export async function pace(
  everyMs: number,
  phase: number,
  durationMs: number,
  act: () => Promise<unknown>,
): Promise<void> {
  const startedAtMs = performance.now();
  let dueAtMs = startedAtMs + phase * everyMs;
  while (dueAtMs < startedAtMs + durationMs) {
    await Bun.sleep(Math.max(0, dueAtMs - performance.now()));
    await act();
    dueAtMs = Math.max(dueAtMs + everyMs, performance.now());
  }
}
