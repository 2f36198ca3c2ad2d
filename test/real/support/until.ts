/** Pause between two looks, for what gives no event, such as a port on which nobody listens yet. */
const pauseMs = 5;

/**
 * Calls `check` until it gives something (neither undefined, null nor false) and returns that.
 * Throws what `check` throws, and an error that names `what` after `limitMs`.
 */
export async function until<Value>(
  what: string,
  check: () => Value | Promise<Value>,
  limitMs = 10_000,
): Promise<Exclude<Value, undefined | null | false>> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) {
      return value as Exclude<Value, undefined | null | false>;
    }
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await Bun.sleep(pauseMs);
  }
}
