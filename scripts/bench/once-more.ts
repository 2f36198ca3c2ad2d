import type { Bench } from "./bench.ts";

/** Measures a second time if the first fails: Veyon's own server stops answering now and then. */
export async function onceMore<T>(
  bench: Bench,
  what: string,
  measure: () => Promise<T>,
): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    bench.say(`${what} once more, because of ${(error as Error).message}`);
    return measure();
  }
}
