import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { requireScope } from "./access-control.ts";
import type { AppEnvironment } from "./environment.ts";
import { jsonResponse } from "./json-response.ts";

export interface Monitoring {
  /** What keeps the server from serving well, for people; empty when nothing does. */
  readonly problems: () => readonly string[];
  readonly metrics: {
    readonly contentType: string;
    text(): Promise<string>;
  };
}

const headers = { "Cache-Control": "no-store" };

/** For those who watch the server: load balancers, orchestrators, Prometheus. */
export function monitoringRoutes({ problems, metrics }: Monitoring) {
  // They ask every few seconds.
  const routine = createMiddleware<AppEnvironment>(async function routine(c, next) {
    await next();
    c.set("isRoutine", c.res.ok);
  });
  return new Hono<AppEnvironment>()
    .get("/health", routine, () => jsonResponse({ status: "ok" }, 200, headers))
    .get("/ready", routine, () => {
      const found = problems();
      if (found.length === 0) return jsonResponse({ status: "ready" }, 200, headers);
      return jsonResponse({ status: "not ready", problems: found }, 503, headers);
    })
    .get("/metrics", routine, requireScope("metrics"), async () => {
      const text = await metrics.text();
      return new Response(text, { headers: { ...headers, "Content-Type": metrics.contentType } });
    });
}
