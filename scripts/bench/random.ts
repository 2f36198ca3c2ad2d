/**
 * Numbers from 0 to below 1, the same in every run: the linear congruential generator of Numerical
 * Recipes.
 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function between(random: () => number, { min, max }: { min: number; max: number }): number {
  return min + random() * (max - min);
}
