import { createMiddleware } from "hono/factory";
import { formatHostAddress, parseHostAddress } from "../../connect/host-address.ts";
import { HostError } from "../../connect/host-error.ts";
import type { AppEnvironment } from "../environment.ts";
import { withoutUids } from "../logged-text.ts";

/** Tells the log which host a path names, before anything can go wrong. */
export function namedHost(defaultPort: number) {
  return createMiddleware<AppEnvironment, "/:host">(async function namedHost(c, next) {
    c.set("host", describe(c.req.param("host"), defaultPort));
    await next();
  });
}

/** Undefined for what can be no host; the path shows it. */
function describe(text: string, defaultPort: number): string | undefined {
  try {
    return withoutUids(formatHostAddress(parseHostAddress(text, defaultPort)));
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
