/**
 * What stays open: streams of pictures, events and everything, each of one or more connections. A
 * stream holds its connections, and ends with the last of them.
 */
import { formatHostAddress } from "../connect/host-address.ts";
import type { Logger } from "../log/logger.ts";
import type { Uuid } from "../qt/uuid.ts";
import type { Connections, Lease } from "../watch/connections.ts";
import type { CloseReason } from "../watch/host-events.ts";
import { LimitError } from "../watch/limit-error.ts";
import type { WatchedHost } from "../watch/watched-host.ts";

export type LiveConnection = Lease<WatchedHost>;

const streamsMax = 1024;
const streamsPerClientMax = streamsMax / 2;
const streamsPerConnectionMax = 64;

/** Whose stream it is, for the log. */
export interface StreamOwner {
  /** What is streamed. */
  readonly kind: string;
  /** The address of the client. */
  readonly client: string | undefined;
  /** The name of the access token. */
  readonly token: string | undefined;
  readonly requestId: string;
}

export interface StreamListener {
  /** The connection has ended; the stream goes on with the others. */
  onConnectionEnd?(connection: LiveConnection, reason: CloseReason): void;
  /** The last connection has ended, or the server stops: time for a last word, and no more. */
  onEnd?(reason: CloseReason): void;
}

/** All streams of the server. */
export class Streams {
  readonly #connections: Connections<WatchedHost>;
  readonly #log: Logger;
  readonly #owners = new Map<Stream, StreamOwner>();
  #isEnding = false;

  constructor(connections: Connections<WatchedHost>, log: Logger) {
    this.#connections = connections;
    this.#log = log;
  }

  /** How many streams the connection is in. */
  countOf(connection: LiveConnection): number {
    let count = 0;
    for (const stream of this.#owners.keys()) if (stream.has(connection)) count++;
    return count;
  }

  #countOfClient(client: string | undefined): number {
    let count = 0;
    for (const owner of this.#owners.values()) if (owner.client === client) count++;
    return count;
  }

  /** Throws LimitError. To be closed when its client has gone. */
  open(
    connections: readonly LiveConnection[],
    owner: StreamOwner,
    listener: StreamListener = {},
  ): Stream {
    if (this.#isEnding) throw new LimitError("the server stops");
    if (this.#owners.size >= streamsMax) {
      throw new LimitError(`${streamsMax} streams are open, the limit of this server`);
    }
    if (this.#countOfClient(owner.client) >= streamsPerClientMax) {
      throw new LimitError(
        `${streamsPerClientMax} streams of this client are open, half of the limit of this server`,
      );
    }
    const stream = new Stream(listener, {
      checkPlace: (connection) => this.#checkPlace(connection),
      hold: (uid) => this.#connections.hold(uid),
      onClose: (reason) => {
        this.#owners.delete(stream);
        this.#logEnd(owner, connections, stream, reason);
      },
    });
    for (const connection of connections) this.#checkPlace(connection);
    for (const connection of connections) stream.add(connection);
    this.#owners.set(stream, owner);
    return stream;
  }

  /** The server stops. */
  endAll(): void {
    this.#isEnding = true;
    for (const stream of this.#owners.keys()) stream.end("shutdown");
  }

  #checkPlace(connection: LiveConnection): void {
    if (this.countOf(connection) < streamsPerConnectionMax) return;
    const host = formatHostAddress(connection.content.host.address);
    throw new LimitError(
      `${streamsPerConnectionMax} streams of this connection to ${host} are open, the limit of this server`,
    );
  }

  #logEnd(
    { kind, client, token, requestId }: StreamOwner,
    connections: readonly LiveConnection[],
    { ageMs }: Stream,
    reason: string,
  ): void {
    const [only, ...others] = connections;
    const isOne = only !== undefined && others.length === 0;
    this.#log.info("stream ended", {
      stream: kind,
      reason,
      seconds: Math.round(ageMs / 100) / 10,
      client,
      host: isOne ? formatHostAddress(only.content.host.address) : undefined,
      connection: isOne ? only.serial : undefined,
      connections: isOne ? undefined : connections.length,
      caller: token,
      request: requestId,
    });
  }
}

/** What a stream needs of the others. */
interface StreamContext {
  /** Throws LimitError. */
  checkPlace(connection: LiveConnection): void;
  hold(uid: Uuid): () => void;
  onClose(reason: string): void;
}

export class Stream {
  readonly #listener: StreamListener;
  readonly #context: StreamContext;
  readonly #openedAtMs = performance.now();
  /** With what lets go of each. */
  readonly #connections = new Map<LiveConnection, () => void>();
  readonly #ending = new AbortController();

  constructor(listener: StreamListener, context: StreamContext) {
    this.#listener = listener;
    this.#context = context;
  }

  /** Aborted when it is over, for whatever reason. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get ageMs(): number {
    return performance.now() - this.#openedAtMs;
  }

  has(connection: LiveConnection): boolean {
    return this.#connections.has(connection);
  }

  /** Throws LimitError. */
  add(connection: LiveConnection): void {
    if (this.signal.aborted || this.has(connection)) return;
    this.#context.checkPlace(connection);
    const release = this.#context.hold(connection.uid);
    const unsubscribe = connection.content.events.subscribe((event) => {
      if (event.kind === "closed") this.#lose(connection, event.reason);
    });
    this.#connections.set(connection, () => {
      unsubscribe();
      release();
    });
  }

  /** Its client has gone, or wants no more; unless something else is the `reason`, for the log. */
  close(reason = "client"): void {
    if (this.signal.aborted) return;
    this.#ending.abort();
    for (const letGo of this.#connections.values()) letGo();
    this.#connections.clear();
    this.#context.onClose(reason);
  }

  /** For those who end them all. */
  end(reason: CloseReason): void {
    if (this.signal.aborted) return;
    this.#listener.onEnd?.(reason);
    this.close(reason);
  }

  #lose(connection: LiveConnection, reason: CloseReason): void {
    this.#connections.get(connection)?.();
    this.#connections.delete(connection);
    this.#listener.onConnectionEnd?.(connection, reason);
    if (this.#connections.size === 0) this.end(reason);
  }
}
