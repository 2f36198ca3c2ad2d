import { Hono } from "hono";
import { z } from "zod";
import { mismatch } from "../../hosts/features/mismatch.ts";
import { scopes, type Tickets } from "../../live/tickets.ts";
import { parseUuid } from "../../qt/uuid.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { findConnection, withConnection } from "../v1/with-connection.ts";
import { parseStrictBody } from "./strict-body.ts";

/** Connections of one ticket: more computers than a school has in one view. */
const connectionsMax = 1024;

/** Enough for as many uids. */
const ticketBytesMax = 64 * 1024;

const uid = z.unknown().transform((value, context) => {
  const found = typeof value === "string" ? parseUuid(value) : null;
  if (found !== null) return found;
  context.addIssue({ code: "custom", message: mismatch(value, "a Connection-Uid") });
  return z.NEVER;
});

const ticketSchema = z.object({
  scope: z.enum(scopes).default("view"),
  uids: z
    .array(uid)
    .min(1)
    .max(connectionsMax)
    .refine((uids) => new Set(uids).size === uids.length, { error: "has a connection twice" })
    .optional(),
});

export interface TicketOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
}

export function ticketRoutes({ bodies, connections, tickets }: TicketOptions) {
  return new Hono<AppEnvironment>().post("/", withConnection(connections), async (c) => {
    const { scope, uids } = parseStrictBody(ticketSchema, await bodies.read(c, ticketBytesMax));
    const own = c.get("connection").uid;
    for (const [place, each] of uids?.entries() ?? []) {
      findConnection(connections, each, `uids.${place}`);
    }
    const { ticket, validUntilMs } = tickets.issue(own, { scope, uids: uids ?? [own] });
    return jsonResponse({ ticket, validUntil: Math.floor(validUntilMs / 1000) });
  });
}
