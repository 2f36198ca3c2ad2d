import { Hono } from "hono";
import { z } from "zod";
import { scopes, type Tickets } from "../../live/tickets.ts";
import { checkScope } from "../access-control.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { findConnection, withConnection } from "../v1/with-connection.ts";
import { connectionUids, connectionUidsBytesMax } from "./connection-uid.ts";
import { parseStrictBody } from "./strict-body.ts";

const ticketSchema = z.object({
  scope: z.enum(scopes).default("view"),
  uids: connectionUids.optional(),
});

export interface TicketOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
}

export function ticketRoutes({ bodies, connections, tickets }: TicketOptions) {
  return new Hono<AppEnvironment>().post("/", withConnection(connections, "view"), async (c) => {
    const { scope, uids } = parseStrictBody(
      ticketSchema,
      await bodies.read(c, connectionUidsBytesMax),
    );
    checkScope(c, scope);
    const access = c.get("access") ?? null;
    const own = c.get("connection").uid;
    for (const [place, each] of uids?.entries() ?? []) {
      findConnection(connections, access?.id ?? null, each, `uids.${place}`);
    }
    const { ticket, validUntilMs } = tickets.issue(own, { scope, uids: uids ?? [own], access });
    return jsonResponse({ ticket, validUntil: Math.floor(validUntilMs / 1000) });
  });
}
