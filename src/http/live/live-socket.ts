import { Hono } from "hono";
import { pictureDefaults } from "../../image/picture-parameters.ts";
import { liveLimits } from "../../live/live-limits.ts";
import { LiveViewer } from "../../live/live-viewer.ts";
import { CloseCode, type MessageListener, type MessageSocket } from "../../live/message-socket.ts";
import { MessageRate } from "../../live/message-rate.ts";
import type { StreamOwner, Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import { ViewCount } from "../../live/view-count.ts";
import type { Logger } from "../../log/logger.ts";
import { describeClosed } from "../../watch/closed-connection.ts";
import { LimitError } from "../../watch/limit-error.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "../environment.ts";
import { ApiError, toApiError } from "../errors.ts";
import { type Admission, admitOpen, withAdmission } from "./admission.ts";
import { openEventStream } from "./event-stream.ts";
import { type LiveMessage, parseLiveMessage } from "./live-messages.ts";
import { ownerOf } from "./stream-owner.ts";
import { webSocket } from "./web-socket.ts";

const protocol = "veyon-live.v1";

export interface LiveSocketOptions {
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
  readonly streams: Streams;
  readonly log: Logger;
}

/** One WebSocket for a whole classroom: pictures, events and hands. */
export function liveSocketRoutes(options: LiveSocketOptions) {
  const { connections, tickets } = options;
  const count = new ViewCount();
  return new Hono<AppEnvironment>().get("/", withAdmission(connections, tickets), (c) => {
    const { scope, uids } = c.get("admission");
    const owner = ownerOf(c.var, "live");
    return webSocket(c, protocol, (socket) => {
      try {
        // A connection may have ended while the socket was opened.
        const admission = admitOpen(connections, scope, uids);
        return new LiveSocket(socket, { ...options, admission, owner, count });
      } catch (error) {
        if (error instanceof LimitError) socket.close(CloseCode.TryAgainLater, error.message);
        else if (error instanceof ApiError) socket.close(CloseCode.Normal, error.message);
        else throw error;
        return { onMessage() {}, onClose() {} };
      }
    });
  });
}

interface SocketOptions extends LiveSocketOptions {
  readonly admission: Admission;
  readonly owner: StreamOwner;
  readonly count: ViewCount;
}

/** Does what the messages of a client say. */
class LiveSocket implements MessageListener {
  readonly #options: SocketOptions;
  readonly #viewer: LiveViewer;
  readonly #rate = new MessageRate(liveLimits.messagesPerSecondMax, liveLimits.messagesAtOnceMax);
  readonly onClose: () => void;

  /** Throws LimitError. */
  constructor(socket: MessageSocket, options: SocketOptions) {
    this.#options = options;
    const { connections, count } = options;
    const { stream, subscription } = openEventStream({
      ...options,
      onConnectionEnd: (connection) => this.#viewer.views.hideAllOf(connection),
      onEnd: (reason) => this.#viewer.end(describeClosed(reason, connections.limits)),
    });
    this.onClose = () => stream.close();
    this.#viewer = new LiveViewer({
      socket,
      stream,
      subscription,
      count,
      onViewFailed: (view, error) => this.#answer({ type: "watch", view }, error),
    });
  }

  onMessage(text: string | Uint8Array): void {
    if (!this.#rate.take()) {
      this.#viewer.refuse(`over ${liveLimits.messagesPerSecondMax} messages a second`);
      return;
    }
    let message: LiveMessage | null = null;
    try {
      message = parseLiveMessage(text);
      this.#do(message);
    } catch (error) {
      this.#answer(message, error);
    }
  }

  #do(message: LiveMessage): void {
    switch (message.type) {
      case "watch": {
        const { view, fps, type: _type, connection, screen, ...size } = message;
        this.#viewer.views.show({
          number: view,
          connection: this.#find(connection),
          picture: {
            format: "jpeg",
            compression: pictureDefaults.compression,
            ...size,
            ...(screen !== undefined && { screen }),
          },
          fps,
        });
        return;
      }
      case "unwatch":
        this.#viewer.views.hide(message.view);
    }
  }

  /** Throws ApiError. */
  #find(place: number): ApiConnection {
    const { admission, connections } = this.#options;
    const connection = admission.connections.get(place);
    const uid = admission.uids[place];
    if (uid === undefined) {
      const count = admission.uids.length;
      const known = count === 1 ? "connection 0" : `connections 0 to ${count - 1}`;
      throw new ApiError(
        "InvalidData",
        `connection ${place} is none of the ticket's: it has ${known}`,
      );
    }
    if (connection !== undefined && connections.find(uid) === connection) return connection;
    const reason = connections.whyClosed(uid) ?? "idle";
    throw new ApiError("InvalidConnection", describeClosed(reason, connections.limits));
  }

  /** Says what went wrong with a message; null for one that says nothing. */
  #answer(message: (Pick<LiveMessage, "type"> & { view?: number }) | null, error: unknown): void {
    const apiError = toApiError(error);
    if (apiError === null) {
      const { log, owner } = this.#options;
      const text = error instanceof Error ? error.stack : String(error);
      log.error("live message failed", { request: owner.requestId, error: text });
    }
    this.#viewer.answer({
      type: "error",
      ...(message !== null && { of: message.type }),
      ...(message?.view !== undefined && { view: message.view }),
      ...(apiError?.body ?? { error: { code: 500, message: "Internal error" } }),
    });
  }
}
