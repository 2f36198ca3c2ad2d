import type { Context } from "hono";
import type { AppEnvironment } from "./environment.ts";
import { queryParameters } from "./v1/query.ts";

/** What takes tickets, by `withAdmission`. Elsewhere a ticket is good for nothing. */
const ticketPaths: readonly string[] = [
  "/api/v1/framebuffer/stream",
  "/api/v1/events",
  "/api/v1/live",
  "/api/v1/live/rfb",
];

/**
 * Whether the request has what may be a ticket, where one counts. The route sees whether it is a good
 * one, and what it is good for.
 */
export function hasTicket({ req }: Context<AppEnvironment>): boolean {
  return (
    req.method === "GET" && ticketPaths.includes(req.path) && queryParameters(req.url).has("ticket")
  );
}
