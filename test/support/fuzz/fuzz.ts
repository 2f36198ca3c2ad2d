import fc from "fast-check";
import { type FuzzTarget, tryInput } from "./fuzz-target.ts";
import { mutatedInputs } from "./mutated-inputs.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly inputsMax: number;
  readonly timeMsMax?: number;
}

export interface FuzzOutcome {
  readonly taken: number;
  readonly refused: number;
  /** The slowest input. */
  readonly longestMs: number;
  /** The smallest input that was found to break the target, and how; null when there is none. */
  readonly found: { readonly input: Uint8Array; readonly error: unknown } | null;
}

/** Gives the target changed inputs, the same ones for the same seed, until one breaks it. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzOutcome> {
  const { seed, inputsMax, timeMsMax } = options;
  const counts = { taken: 0, refused: 0 };
  let longestMs = 0;
  const property = fc.asyncProperty(mutatedInputs(target.seeds), async (input) => {
    const startedMs = performance.now();
    counts[await tryInput(target, input)]++;
    longestMs = Math.max(longestMs, performance.now() - startedMs);
  });
  const result = await fc.check(property, {
    seed,
    numRuns: inputsMax,
    ...(timeMsMax !== undefined && { interruptAfterTimeLimit: timeMsMax }),
  });
  const { counterexample, errorInstance } = result;
  const found = counterexample && { input: counterexample[0], error: errorInstance };
  return { ...counts, longestMs, found };
}
