import type { Context } from "hono";
import { clientNetwork } from "../access/client-network.ts";
import type { AppEnvironment } from "./environment.ts";

/** Who is behind a request: what is done for him takes turns with others, as long as he waits. */
export function asker(c: Context<AppEnvironment>) {
  const address = c.get("client");
  const caller = address === undefined ? "" : clientNetwork(address);
  return { signal: c.req.raw.signal, caller, guard: c.get("access")?.hosts ?? null };
}
