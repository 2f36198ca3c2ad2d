import { Hono } from "hono";
import type { EventSubscription, LiveEvent } from "../../live/event-subscription.ts";
import type { Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { documented, type Operation } from "../openapi/operation.ts";
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

const followEvents: Operation = {
  id: "followEvents",
  tag: "Live",
  summary: "What happens to computers, as it happens",
  description:
    "Server-Sent Events, for EventSource. At first the state as it is, then each change: `connection`, `user`, `session`, `features`, `screens`. The data is JSON with `connection` (its place in the ticket), `host`, and what is told: of `user` and `session` what `GET` of the same name answers, of `features` those that are active, of `connection` its `state`.",
  access: "stream",
  parameters: [
    {
      name: "Last-Event-ID",
      in: "header",
      description: "The id of the last event that has come: only later ones are told.",
      schema: { type: "string" },
    },
    {
      name: "lastEventId",
      in: "query",
      description: "The same, for what cannot send a header.",
      schema: { type: "string" },
    },
  ],
  answers: {
    200: {
      description: "Goes on until the client leaves or the connections end",
      content: {
        "text/event-stream": {
          schema: { type: "string" },
          example:
            'id: 3f9c2a71d0b4-17\nevent: user\ndata: {"connection":0,"host":"room1-pc1:11100","fullName":"Ada Lovelace","login":"ada","session":0}\n\n',
        },
      },
    },
  },
  errors: ["ConnectionLimitReached"],
};

/** Events as they happen: Server-Sent Events of the HTML standard, 9.2. */
export function eventRoutes(connections: ApiConnections, tickets: Tickets, streams: Streams) {
  const admitted = documented(followEvents, withAdmission(connections, tickets));
  return new Hono<AppEnvironment>().get("/", admitted, (c) => {
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
