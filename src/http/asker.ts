import type { Context } from "hono";
import type { AppEnvironment } from "./environment.ts";

/** Who is behind a request: what is done for him takes turns with others, as long as he waits. */
export function asker(c: Context<AppEnvironment>) {
  return { signal: c.req.raw.signal, caller: c.get("client") ?? "" };
}
