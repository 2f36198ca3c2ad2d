import { createMiddleware } from "hono/factory";
import type { Logger } from "../log.ts";
import type { AppEnvironment } from "./environment.ts";

/** One line for each request, when it has been answered. The query may hold anything and stays out. */
export function requestLog(log: Logger) {
  let count = 0;
  return createMiddleware<AppEnvironment>(async function requestLog(c, next) {
    const startedMs = performance.now();
    const requestId = String(++count);
    c.set("requestId", requestId);
    await next();
    log.info("request", {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round((performance.now() - startedMs) * 10) / 10,
      connection: c.get("connectionSerial"),
      request: requestId,
    });
  });
}
