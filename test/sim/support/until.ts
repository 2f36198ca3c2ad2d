/** Pause between two looks, for what gives no event, such as the number of open descriptors. */
const pauseMs = 5;

type Found<Value> = Exclude<Value, undefined | null | false>;

/**
 * Looks until `check` gives something other than undefined, null or false. Throws, naming `what`,
 * after `limitMs`.
 */
export async function until<Value>(
  what: string,
  check: () => Value | Promise<Value>,
  limitMs = 30_000,
): Promise<Found<Value>> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) return value as Found<Value>;
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await Bun.sleep(pauseMs);
  }
}
