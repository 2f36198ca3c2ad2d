import { Counter, Histogram, type Registry } from "prom-client";
import type { AnsweredRequest, ApiObserver, DecidedLogin } from "../http/api-observer.ts";

/** An answer from memory takes a millisecond, a login seconds, one that a user is asked longer. */
const requestSecondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10, 30];

/** Requests by route, and logins by outcome. */
export class ApiMetrics implements ApiObserver {
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #logins: Counter<"method" | "outcome">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Histogram({
      name: "veyon_webapi_http_request_duration_seconds",
      help: "Time from a request to its answer, by the pattern of its route",
      labelNames: ["method", "route", "status"],
      buckets: requestSecondsBuckets,
      registers,
    });
    this.#logins = new Counter({
      name: "veyon_webapi_logins_total",
      help: "Logins to hosts that were tried, by authentication method and outcome",
      labelNames: ["method", "outcome"],
      registers,
    });
    this.#logins.inc({ method: "AuthKeys", outcome: "ok" }, 0);
  }

  onRequest({ method, route, status, durationMs }: AnsweredRequest): void {
    this.#requests.observe({ method, route: labelOf(route), status }, durationMs / 1000);
  }

  onLogin({ method, outcome }: DecidedLogin): void {
    this.#logins.inc({ method: method ?? "none", outcome });
  }
}

/** `/api/v1/authentication/:host{[^/]*}` is `/api/v1/authentication/:host`. */
function labelOf(route: string | null): string {
  return route?.replace(/\{.*\}$/, "") ?? "other";
}
