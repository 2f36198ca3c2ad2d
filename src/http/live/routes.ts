/**
 * What is ours and not Veyon's: live pictures, events, and hands on a computer. docs/live.md
 * describes it.
 */
import { Hono } from "hono";
import type { RfbViewers } from "../../live/rfb-viewers.ts";
import type { Streams } from "../../live/streams.ts";
import { Tickets } from "../../live/tickets.ts";
import type { Logger } from "../../log/logger.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { broadcastRoutes } from "./broadcast.ts";
import { connectionRoutes } from "./connection.ts";
import { eventRoutes } from "./events.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { framebufferStreamRoutes } from "./framebuffer-stream.ts";
import { inputRoutes } from "./input.ts";
import { liveSocketRoutes } from "./live-socket.ts";
import { rfbRoutes } from "./rfb.ts";
import { ticketRoutes } from "./ticket.ts";

export interface LiveOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly streams: Streams;
  readonly viewers: RfbViewers;
  readonly log: Logger;
}

export function liveRoutes({ bodies, connections, streams, viewers, log }: LiveOptions) {
  const tickets = new Tickets();
  return new Hono<AppEnvironment>()
    .route("/ticket", ticketRoutes({ bodies, connections, tickets }))
    .route("/connection", connectionRoutes(connections, streams))
    .route("/broadcast", broadcastRoutes({ bodies, connections, log }))
    .route("/events", eventRoutes(connections, tickets, streams))
    .route("/input", inputRoutes({ bodies, connections, tickets, log }))
    .route("/framebuffer/stream", framebufferStreamRoutes(connections, tickets, streams))
    .route("/live", liveSocketRoutes({ connections, tickets, streams, log }))
    .route("/live/rfb", rfbRoutes({ connections, tickets, streams, viewers, log }));
}

/** Where these are WebSockets. */
export const webSocketPaths = ["/api/v1/live", "/api/v1/live/rfb"];
