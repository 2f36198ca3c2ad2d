import { createMiddleware } from "hono/factory";
import type { HostNames } from "../access/host-names.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";
import { quoted } from "./quoted.ts";

/** Refuses what was sent to a name that is not ours; null: every name is. */
export function hostNameGuard(names: HostNames | null) {
  return createMiddleware<AppEnvironment>(async function hostNameGuard(c, next) {
    const host = names === null ? undefined : c.req.header("Host");
    if (names !== null && host !== undefined && !names.has(host)) {
      throw new ApiError(
        "NotAllowed",
        `${quoted(host)} in the header Host is no name of this server; WebAPI/AllowedHostNames can make it one`,
      );
    }
    await next();
  });
}
