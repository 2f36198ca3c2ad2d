import { Hono } from "hono";
import type { EventSubscription, LiveEvent } from "../../live/event-subscription.ts";
import type { Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { queryParameters } from "../v1/query.ts";
import { withAdmission } from "./admission.ts";
import { closeWithClient, endlessResponse } from "./endless-response.ts";
import { EventIds } from "./event-ids.ts";
import { openEventStream } from "./event-stream.ts";
import { ownerOf } from "./stream-owner.ts";

/** Proxies and clients take a connection for dead on which nothing comes for a while. */
const heartbeatMs = 15_000;

/** When an EventSource that has lost its connection is to come again. */
const retryMs = 2000;

/** Events as they happen: Server-Sent Events of the HTML standard, 9.2. */
export function eventRoutes(connections: ApiConnections, tickets: Tickets, streams: Streams) {
  return new Hono<AppEnvironment>().get("/", withAdmission(connections, tickets), (c) => {
    const admission = c.get("admission");
    const ids = new EventIds(admission.uids);
    const lastId = c.req.header("Last-Event-ID") ?? queryParameters(c.req.url).get("lastEventId");
    const { stream, subscription } = openEventStream({
      connections,
      streams,
      admission,
      owner: ownerOf(c.var, "events"),
      toldUpTo: ids.parse(lastId),
    });
    closeWithClient(c.req.raw, stream);
    return endlessResponse("text/event-stream", write(subscription, ids), stream);
  });
}

const encoder = new TextEncoder();

async function* write(subscription: EventSubscription, ids: EventIds): AsyncGenerator<Uint8Array> {
  yield encoder.encode(`retry: ${retryMs}\n\n`);
  while (!subscription.isOver) {
    const events = await subscription.next(heartbeatMs);
    const text = events.map((event) => encodeEvent(event, ids)).join("");
    yield encoder.encode(text === "" ? ":\n\n" : text);
  }
}

function encodeEvent({ name, number, data }: LiveEvent, ids: EventIds): string {
  return `id: ${ids.format(number)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
