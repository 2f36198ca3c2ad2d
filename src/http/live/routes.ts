/**
 * What is ours and not Veyon's: live pictures, events, and hands on a computer. docs/live.md
 * describes it.
 */
import { Hono } from "hono";
import type { Streams } from "../../live/streams.ts";
import { Tickets } from "../../live/tickets.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { eventRoutes } from "./events.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { framebufferStreamRoutes } from "./framebuffer-stream.ts";
import { ticketRoutes } from "./ticket.ts";

export interface LiveOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly streams: Streams;
}

export function liveRoutes({ bodies, connections, streams }: LiveOptions) {
  const tickets = new Tickets();
  return new Hono<AppEnvironment>()
    .route("/ticket", ticketRoutes({ bodies, connections, tickets }))
    .route("/events", eventRoutes(connections, tickets, streams))
    .route("/framebuffer/stream", framebufferStreamRoutes(connections, tickets, streams));
}
