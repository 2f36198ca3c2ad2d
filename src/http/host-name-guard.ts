import { createMiddleware } from "hono/factory";
import type { BrowserRules } from "../access/browser-rules.ts";
import type { AppEnvironment } from "./environment.ts";
import { ApiError } from "./errors.ts";
import { quoted } from "./quoted.ts";

/** Refuses what was sent to a name that is not ours. */
export function hostNameGuard(rules: BrowserRules) {
  return createMiddleware<AppEnvironment>(async function hostNameGuard(c, next) {
    const names = rules.hostNames;
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
