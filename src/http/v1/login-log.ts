import { createMiddleware } from "hono/factory";
import type { Logger } from "../../log/logger.ts";
import type { AppEnvironment } from "../environment.ts";
import type { ApiError, ApiErrorName } from "../errors.ts";
import type { ApiObserver, DecidedLogin } from "../api-observer.ts";
import { withoutUids } from "../logged-text.ts";

/** Errors of logins that were understood and turned down, by the host or by us. */
const refusals = new Set<ApiErrorName>([
  "InvalidCredentials",
  "AuthenticationMethodNotAvailable",
  "AuthenticationFailed",
  "NotAllowed",
  "TooManyRefusals",
  "ConnectionLimitReached",
  "ProtocolMismatch",
]);

/**
 * A line for each login that is refused, beside that of its request, for those who look for
 * attempts. It names no user: that may be a password in the wrong field.
 */
export function loginLog(log: Logger, observer: ApiObserver | undefined) {
  return createMiddleware<AppEnvironment>(async function loginLog(c, next) {
    await next();
    const error = c.get("error");
    observer?.onLogin({ method: c.get("loginMethod") ?? null, outcome: outcomeOf(c.res, error) });
    if (error === undefined || !refusals.has(error.error)) return;
    log.warn("login refused", {
      host: c.get("host"),
      method: c.get("loginMethod"),
      client: c.get("client"),
      error: error.code,
      reason: withoutUids(error.message),
      caller: c.get("token"),
      request: c.get("requestId"),
    });
  });
}

function outcomeOf({ ok }: Response, error: ApiError | undefined): DecidedLogin["outcome"] {
  return error?.error ?? (ok ? "ok" : "InternalError");
}
