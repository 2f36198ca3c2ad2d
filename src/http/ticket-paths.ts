import type { Context } from "hono";
import type { AppEnvironment } from "./environment.ts";
import { queryParameters } from "./v1/query.ts";

/** What takes tickets, by `withAdmission`. Elsewhere a ticket is good for nothing. */
const streamPaths: readonly string[] = [
  "/api/v1/framebuffer/stream",
  "/api/v1/events",
  "/api/v1/live",
  "/api/v1/live/rfb",
];
const inputPaths: readonly string[] = [
  "/api/v1/input/pointer",
  "/api/v1/input/key",
  "/api/v1/input/clipboard",
];

/**
 * Whether the request has what may be a ticket, where one counts. The route sees whether it is a
 * good one, and what it is good for.
 */
export function hasTicket(c: Context<AppEnvironment>): boolean {
  const { method, path, url } = c.req;
  const takesTickets = method === "POST" ? inputPaths.includes(path) : opensStream(c);
  return takesTickets && queryParameters(url).has("ticket");
}

/** Whether it asks for what pages can open without a header: images, events, WebSockets. */
export function opensStream({ req }: Context<AppEnvironment>): boolean {
  return req.method === "GET" && streamPaths.includes(req.path);
}
