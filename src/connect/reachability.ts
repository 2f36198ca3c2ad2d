import { ConnectError } from "../net/connect-error.ts";
import { ping } from "../net/ping.ts";
import { dial } from "../net/dial.ts";
import type { HostAddress } from "./host-address.ts";

export type Reachability = "online" | "up" | "down";

/** The whole answer is there within 3 s, as with the reference. */
const probeTimeoutMs = 2500;

/**
 * Whether the Veyon Server listens, or at least the computer answers. Behind a closed port it is
 * asked for by a ping as well, since a router or a firewall may refuse in its place.
 */
export async function probeReachability(address: HostAddress): Promise<Reachability> {
  const pinging = ping(address.host, probeTimeoutMs);
  try {
    const connection = await dial({ ...address, timeoutMs: probeTimeoutMs });
    connection.close();
    return "online";
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return (await pinging) ? "up" : "down";
  }
}
