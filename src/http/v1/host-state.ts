import { Hono } from "hono";
import { parseHostAddress } from "../../connect/host-address.ts";
import { HostError } from "../../connect/host-error.ts";
import { probeReachability } from "../../connect/reachability.ts";
import type { AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { namedHost } from "./named-host.ts";

/** Since 4.9.1: `online` (its Veyon Server listens), `up` (the computer answers) or `down`. */
export function hostStateRoutes(veyonServerPort: number) {
  return new Hono<AppEnvironment>().get("/:host", namedHost(veyonServerPort), async (c) => {
    return jsonResponse({ state: await stateOf(c.req.param("host"), veyonServerPort) });
  });
}

async function stateOf(host: string, veyonServerPort: number) {
  try {
    return await probeReachability(parseHostAddress(host, veyonServerPort));
  } catch (error) {
    // A name that cannot be one belongs to no computer.
    if (error instanceof HostError) return "down";
    throw error;
  }
}
