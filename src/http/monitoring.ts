import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { requireScope } from "./access-control.ts";
import type { AppEnvironment } from "./environment.ts";
import { jsonResponse } from "./json-response.ts";
import { documented, type Operation } from "./openapi/operation.ts";

export interface Monitoring {
  /** What keeps the server from serving well, for people; empty when nothing does. */
  readonly problems: () => readonly string[];
  readonly metrics: {
    readonly contentType: string;
    text(): Promise<string>;
  };
}

const getHealth: Operation = {
  id: "getHealth",
  tag: "Server",
  summary: "Whether the server answers",
  access: "everybody",
  answers: {
    200: {
      description: "It does",
      json: {
        schema: z.object({ status: z.literal("ok") }).meta({ id: "Health" }),
        example: { status: "ok" },
      },
    },
  },
};

const getReadiness: Operation = {
  id: "getReadiness",
  tag: "Server",
  summary: "Whether the server serves well",
  access: "everybody",
  answers: {
    200: {
      description: "It does",
      json: {
        schema: z.object({ status: z.literal("ready") }).meta({ id: "Ready" }),
        example: { status: "ready" },
      },
    },
    503: {
      description: "It does not, and says why",
      json: {
        schema: z
          .object({ status: z.literal("not ready"), problems: z.array(z.string()) })
          .meta({ id: "NotReady" }),
        example: { status: "not ready", problems: ["the server stops"] },
      },
    },
  },
};

const getMetrics: Operation = {
  id: "getMetrics",
  tag: "Server",
  summary: "Figures for Prometheus",
  access: "server",
  answers: {
    200: {
      description: "The text format of Prometheus",
      content: {
        "text/plain": {
          schema: { type: "string" },
          example: "veyon_webapi_connections 2\n",
        },
      },
    },
  },
};

const headers = { "Cache-Control": "no-store" };

/** For those who watch the server: load balancers, orchestrators, Prometheus. */
export function monitoringRoutes({ problems, metrics }: Monitoring) {
  // They ask every few seconds.
  const routine = (operation: Operation) =>
    documented(
      operation,
      createMiddleware<AppEnvironment>(async function routine(c, next) {
        await next();
        c.set("isRoutine", c.res.ok);
      }),
    );
  return new Hono<AppEnvironment>()
    .get("/health", routine(getHealth), () => jsonResponse({ status: "ok" }, 200, headers))
    .get("/ready", routine(getReadiness), () => {
      const found = problems();
      if (found.length === 0) return jsonResponse({ status: "ready" }, 200, headers);
      return jsonResponse({ status: "not ready", problems: found }, 503, headers);
    })
    .get("/metrics", routine(getMetrics), requireScope("metrics"), async () => {
      const text = await metrics.text();
      return new Response(text, { headers: { ...headers, "Content-Type": metrics.contentType } });
    });
}
