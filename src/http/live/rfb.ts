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

/** A computer for noVNC, and for every viewer of RFB behind a bridge from WebSockets. */
export function rfbRoutes({ connections, tickets, streams, viewers, log }: RfbOptions) {
  return new Hono<AppEnvironment>().get("/", withAdmission(connections, tickets), (c) => {
    const { scope } = c.get("admission");
    const connection = onlyConnection(c.get("admission"));
    const { content: watched } = connection;
    const owner = ownerOf(c.var, "rfb");
    return webSocket(c, "binary", (socket) => {
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
