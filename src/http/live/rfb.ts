import { Hono } from "hono";
import { controlLog } from "../../live/control-log.ts";
import { HeldInput } from "../../live/held-input.ts";
import { CloseCode } from "../../live/message-socket.ts";
import type { RfbViewers } from "../../live/rfb-viewers.ts";
import type { Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import type { Logger } from "../../log/logger.ts";
import { describeClosed } from "../../watch/closed-connection.ts";
import { LimitError } from "../../watch/limit-error.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { onlyConnection, withAdmission } from "./admission.ts";
import { ownerOf } from "./stream-owner.ts";
import { webSocket } from "./web-socket.ts";

export interface RfbOptions {
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
  readonly streams: Streams;
  readonly viewers: RfbViewers;
  readonly log: Logger;
}

const protocol = "binary";

const openRfb: Operation = {
  id: "openRfb",
  tag: "Live",
  summary: "A WebSocket of RFB 3.8 with one computer, for noVNC",
  description: `Its subprotocol is \`${protocol}\`; docs/live.md describes it.`,
  access: "stream",
  answers: { 101: { description: "The WebSocket is open" } },
  errors: ["InvalidData", "ConnectionLimitReached", "UpgradeRequired"],
  details: { InvalidData: `no subprotocol is offered that is known: wanted ${protocol}` },
};

/** A computer for noVNC, and for every viewer of RFB behind a bridge from WebSockets. */
export function rfbRoutes({ connections, tickets, streams, viewers, log }: RfbOptions) {
  const admitted = documented(openRfb, withAdmission(connections, tickets));
  return new Hono<AppEnvironment>().get("/", admitted, (c) => {
    const { scope } = c.get("admission");
    const connection = onlyConnection(c.get("admission"));
    const { content: watched } = connection;
    const owner = ownerOf(c.var, "rfb");
    return webSocket(c, protocol, (socket) => {
      try {
        const stream = streams.open([connection], owner, {
          onEnd(reason) {
            socket.close(CloseCode.GoingAway, describeClosed(reason, connections.limits));
          },
        });
        const held =
          scope === "control" ? new HeldInput(watched, controlLog(log, owner, connection)) : null;
        return viewers.serve(socket, watched, held, (reason) => stream.close(reason));
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        socket.close(CloseCode.TryAgainLater, error.message);
        return { onMessage() {}, onClose() {} };
      }
    });
  });
}
