import { createMiddleware } from "hono/factory";
import type { Logger } from "../log/logger.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { AppEnvironment } from "./environment.ts";
import { loggedPath, withoutUids } from "./logged-text.ts";

const detailsCharactersMax = 300;

/**
 * One line for each request, when it has been answered. Query, headers and body may hold anything
 * and stay out.
 */
export function requestLog(log: Logger, clients: ClientAddresses) {
  let count = 0;
  return createMiddleware<AppEnvironment>(async function requestLog(c, next) {
    const startedMs = performance.now();
    const requestId = String(++count);
    // Asked for now, since the client may have gone by the end.
    const incoming = c.env?.incoming;
    const client = incoming && clients.of(incoming);
    c.set("requestId", requestId);
    c.set("client", client);
    await next();
    const error = c.get("error");
    const details = error?.details?.slice(0, detailsCharactersMax);
    log.info("request", {
      method: c.req.method,
      path: loggedPath(c.get("unresolvedPath") ?? c.req.path),
      status: c.res.status,
      error: error?.code,
      details: details && withoutUids(details),
      ms: Math.round((performance.now() - startedMs) * 10) / 10,
      client,
      host: c.get("host"),
      connection: c.get("connectionSerial"),
      request: requestId,
    });
  });
}
