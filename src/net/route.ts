import { isIPv6 } from "node:net";
import { isShortage } from "./descriptors.ts";

/** Port 9, discard: it does not matter, since nothing is sent. */
const anyPort = 9;

/**
 * Whether anything leads to an address from here: connecting a UDP socket sends nothing, it only
 * looks up the route. Throws when there is no descriptor for it.
 */
export async function hasRoute(address: string): Promise<boolean> {
  try {
    const hostname = isIPv6(address) ? "::" : "0.0.0.0";
    const socket = await Bun.udpSocket({ hostname, connect: { hostname: address, port: anyPort } });
    socket.close();
    return true;
  } catch (error) {
    if (isShortage(error)) throw error;
    return !isRouteError((error as NodeJS.ErrnoException).code);
  }
}

/** A network that is not there, and routes of the kinds unreachable, prohibit and blackhole. */
export function isRouteError(code: string | undefined): boolean {
  return ["ENETUNREACH", "ENETDOWN", "EHOSTUNREACH", "EACCES", "EINVAL"].includes(code ?? "");
}
