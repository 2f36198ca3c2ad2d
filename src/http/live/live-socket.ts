import { Hono } from "hono";
import { pictureDefaults } from "../../image/picture-parameters.ts";
import { LiveHands } from "../../live/live-hands.ts";
import { liveLimits } from "../../live/live-limits.ts";
import { LiveViewer } from "../../live/live-viewer.ts";
import { CloseCode, type MessageListener, type MessageSocket } from "../../live/message-socket.ts";
import { MessageRate } from "../../live/message-rate.ts";
import type { Stream, StreamOwner, Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import { ViewCount } from "../../live/view-count.ts";
import type { Logger } from "../../log/logger.ts";
import { describeClosed } from "../../watch/closed-connection.ts";
import { LimitError } from "../../watch/limit-error.ts";
import { pixelOf } from "../../watch/pointer-place.ts";
import type { ApiConnection, ApiConnections, AppEnvironment } from "../environment.ts";
import { ApiError, toApiError } from "../errors.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { type Admission, admitOpen, withAdmission } from "./admission.ts";
import { openEventStream } from "./event-stream.ts";
import { type LiveMessage, parseHead, parseMessage } from "./live-messages.ts";
import { ownerOf } from "./stream-owner.ts";
import { webSocket } from "./web-socket.ts";

const protocol = "veyon-live.v1";

export interface LiveSocketOptions {
  readonly connections: ApiConnections;
  readonly tickets: Tickets;
  readonly streams: Streams;
  readonly log: Logger;
}

const openLiveSocket: Operation = {
  id: "openLiveSocket",
  tag: "Live",
  summary: "A WebSocket for a whole classroom: pictures, events and hands",
  description: `Its subprotocol is \`${protocol}\`; docs/live.md describes what is said on it.`,
  access: "stream",
  answers: { 101: { description: "The WebSocket is open" } },
  errors: ["InvalidData", "ConnectionLimitReached", "UpgradeRequired"],
  details: { InvalidData: `no subprotocol is offered that is known: wanted ${protocol}` },
};

/** One WebSocket for a whole classroom: pictures, events and hands. */
export function liveSocketRoutes(options: LiveSocketOptions) {
  const { connections, tickets } = options;
  const count = new ViewCount();
  const admitted = documented(openLiveSocket, withAdmission(connections, tickets));
  return new Hono<AppEnvironment>().get("/", admitted, (c) => {
    const grant = c.get("admission");
    const owner = ownerOf(c.var, "live");
    return webSocket(c, protocol, (socket) => {
      try {
        // A connection may have ended while the socket was opened.
        const admission = admitOpen(connections, grant);
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

/** What an error is about. */
interface About {
  /** The type of the message. */
  readonly of?: string;
  readonly view?: number;
}

interface SocketOptions extends LiveSocketOptions {
  readonly admission: Admission;
  readonly owner: StreamOwner;
  readonly count: ViewCount;
}

/** Does what the messages of a client say. */
class LiveSocket implements MessageListener {
  readonly #options: SocketOptions;
  readonly #stream: Stream;
  readonly #viewer: LiveViewer;
  readonly #hands: LiveHands;
  readonly #rate = new MessageRate(liveLimits.messagesPerSecondMax, liveLimits.messagesAtOnceMax);

  /** Throws LimitError. */
  constructor(socket: MessageSocket, options: SocketOptions) {
    const { connections, owner, log, count } = options;
    this.#options = options;
    this.#hands = new LiveHands(owner, log);
    const { stream, subscription } = openEventStream({
      ...options,
      onConnectionEnd: (connection) => {
        this.#viewer.views.hideAllOf(connection);
        this.#hands.withdraw(connection);
      },
      onEnd: (reason) => this.#viewer.end(describeClosed(reason, connections.limits)),
    });
    this.#stream = stream;
    stream.signal.addEventListener("abort", () => this.#hands.withdrawAll());
    this.#viewer = new LiveViewer({
      socket,
      stream,
      subscription,
      count,
      onViewFailed: (view, error) => this.#complain({ of: "watch", view }, error),
    });
  }

  onMessage(message: string | Uint8Array): void {
    // Its last messages may come after a goodbye.
    if (this.#stream.signal.aborted) return;
    if (!this.#rate.take()) {
      this.#viewer.refuse(`over ${liveLimits.messagesPerSecondMax} messages a second`);
      return;
    }
    let about: About = {};
    try {
      const head = parseHead(message);
      about = { of: head.type };
      const parsed = parseMessage(head);
      if (parsed.type === "watch") about = { ...about, view: parsed.view };
      this.#do(parsed);
    } catch (error) {
      this.#complain(about, error);
    }
  }

  onClose(): void {
    this.#stream.close();
  }

  #do(message: LiveMessage): void {
    switch (message.type) {
      case "watch":
        this.#watch(message);
        return;
      case "unwatch":
        this.#viewer.views.hide(message.view);
        return;
      case "pointer": {
        const connection = this.#controlled(message.connection);
        const { place, buttonMask } = message.pointer;
        const hands = this.#hands.on(connection);
        hands.take({
          kind: "pointer",
          ...pixelOf(place, connection.content.host.session),
          buttonMask: buttonMask ?? hands.buttonMask,
        });
        return;
      }
      case "key":
      case "clipboard":
        this.#hands.on(this.#controlled(message.connection)).take(message.input);
    }
  }

  #watch(message: Extract<LiveMessage, { type: "watch" }>): void {
    const { view, connection, fps, width, height, quality, screen } = message;
    const { compression } = pictureDefaults;
    const picture = { format: "jpeg", compression, quality, width, height } as const;
    this.#viewer.views.show({
      number: view,
      connection: this.#find(connection),
      picture: { ...picture, ...(screen !== undefined && { screen }) },
      fps,
    });
  }

  /** Throws ApiError. */
  #controlled(place: number): ApiConnection {
    if (this.#options.admission.scope === "control") return this.#find(place);
    throw new ApiError("NotAllowed", "the ticket is for viewing: wanted one with scope control");
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
    const owner = admission.access?.id ?? null;
    if (connection !== undefined && connections.find(uid, owner) === connection) return connection;
    const reason = connections.whyClosed(uid, owner) ?? "idle";
    throw new ApiError("InvalidConnection", describeClosed(reason, connections.limits));
  }

  /** Says what went wrong. */
  #complain(about: About, error: unknown): void {
    const apiError = toApiError(error);
    if (apiError === null) {
      const { log, owner } = this.#options;
      const text = error instanceof Error ? error.stack : String(error);
      log.error("live message failed", { request: owner.requestId, error: text });
    }
    const body = apiError?.body ?? { error: { code: 500, message: "Internal error" } };
    this.#viewer.answer({ type: "error", ...about, ...body });
  }
}
