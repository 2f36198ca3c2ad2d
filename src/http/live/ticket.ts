import { Hono } from "hono";
import { z } from "zod";
import { scopes, type Tickets } from "../../live/tickets.ts";
import { checkScope } from "../access-control.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { unixTime } from "../openapi/parameters.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { findConnection, withConnection } from "../v1/with-connection.ts";
import { connectionUids, connectionUidsBytesMax } from "./connection-uid.ts";
import { parseStrictBody } from "./strict-body.ts";

const ticketSchema = z.object({
  scope: z.enum(scopes).default("view"),
  uids: connectionUids.optional(),
});

const createTicket: Operation = {
  id: "createTicket",
  tag: "Live",
  summary: "Let something in that cannot send a header",
  description:
    "An `<img>`, an EventSource or a WebSocket of a browser. The ticket stands in its query (`?ticket=`), and is good for one stream within 30 s.",
  access: "connection",
  body: {
    isOptional: true,
    schema: z
      .strictObject({
        scope: z.enum(scopes).optional().describe("`view` by default; `control` may look as well."),
        uids: connectionUids
          .describe("Connection-Uids, of which events name the places; by default the header's.")
          .optional(),
      })
      .meta({ id: "TicketRequest" }),
    examples: { View: { summary: "To look at this computer", value: { scope: "view" } } },
  },
  answers: {
    200: {
      description: "The ticket",
      json: {
        schema: z.object({ ticket: z.string(), validUntil: unixTime }).meta({ id: "Ticket" }),
        example: {
          ticket: "J0lVxqBzCPkJxcVdcFWPYuTFRLbnZ9G6GQMZ3rV1b9o",
          validUntil: 1_796_299_230,
        },
      },
    },
  },
  details: { InvalidData: "the body is not JSON" },
};

export interface TicketOptions {
  readonly bodies: RequestBodies;
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
}

export function ticketRoutes({ bodies, connections, tickets }: TicketOptions) {
  const admitted = documented(createTicket, withConnection(connections, "view"));
  return new Hono<AppEnvironment>().post("/", admitted, async (c) => {
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
