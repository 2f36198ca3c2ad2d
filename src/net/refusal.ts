/**
 * Bun 1.4.5 calls it ECONNREFUSED whether something refuses, no computer has the address, no route
 * leads there, or no descriptor is left. The system says it of the last two to a UDP socket too,
 * and the first two differ in the time that they take.
 */
import { hasRoute } from "./route.ts";

/** One address of a host that was tried in vain. */
export interface RefusedAttempt {
  readonly address: string;
  readonly tookMs: number;
}

export type Refusal = "refused" | "no-neighbour" | "no-route";

/**
 * Linux asks three times a second apart who has an address, and gives up after 3.05 s (measured).
 * Windows is said to try a refused connection again for 2 s.
 */
const neighbourWaitMs = 2500;

/**
 * Sooner than this nobody gives up, unless somebody else has been waiting for the same neighbour
 * already.
 */
const doubtfulMs = 20;

/**
 * Of several addresses that one counts that has come the farthest. Throws when there is no
 * descriptor left to find out: then there was none for the connection either.
 */
export async function explainRefusal(attempts: readonly RefusedAttempt[]): Promise<Refusal> {
  const refusals = await Promise.all(attempts.map(explain));
  const farthestFirst = ["refused", "no-neighbour", "no-route"] as const;
  return farthestFirst.find((each) => refusals.includes(each)) ?? "refused";
}

async function explain({ address, tookMs }: RefusedAttempt): Promise<Refusal> {
  if (!(await hasRoute(address))) return "no-route";
  return tookMs < neighbourWaitMs ? "refused" : "no-neighbour";
}

/**
 * Whether another try tells more: a refusal comes as fast again, and for a neighbour the system
 * waits anew.
 */
export function isDoubtful(attempts: readonly RefusedAttempt[]): boolean {
  return attempts.some(({ tookMs }) => tookMs > doubtfulMs && tookMs < neighbourWaitMs);
}
