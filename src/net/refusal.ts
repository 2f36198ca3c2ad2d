/**
 * Bun 1.4.5 calls it ECONNREFUSED whether something refuses, no computer has the address, or no
 * route leads there. The system says it of the last one to a UDP socket too, and the first two
 * differ in the time that they take.
 */
import { isIPv6 } from "node:net";

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

/** Port 9, discard: it does not matter, since nothing is sent. */
const anyPort = 9;

/** Of several addresses that one counts that has come the farthest. */
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

/** Connecting a UDP socket sends nothing, it only looks up the route. */
async function hasRoute(address: string): Promise<boolean> {
  try {
    const hostname = isIPv6(address) ? "::" : "0.0.0.0";
    const socket = await Bun.udpSocket({ hostname, connect: { hostname: address, port: anyPort } });
    socket.close();
    return true;
  } catch (error) {
    return !isRouteError((error as NodeJS.ErrnoException).code);
  }
}

/** A network that is not there, and routes of the kinds unreachable, prohibit and blackhole. */
export function isRouteError(code: string | undefined): boolean {
  return ["ENETUNREACH", "ENETDOWN", "EHOSTUNREACH", "EACCES", "EINVAL"].includes(code ?? "");
}
