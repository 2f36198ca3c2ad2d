import type { Server } from "node:http";
import type { RequestsInHand } from "./requests-in-hand.ts";

/** A server of node:http with its connections: Bun 1.4.5 cannot give it another certificate. */
export class Door {
  readonly closed: Promise<void>;
  readonly #markClosed: () => void;

  constructor(
    readonly server: Server,
    readonly inHand: RequestsInHand,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#markClosed = resolve;
  }

  /** Takes no new connections; settles when the requests in hand have been answered. */
  close(): Promise<void> {
    if (this.server.listening) this.server.close(() => this.#end());
    this.inHand.endConnections();
    this.server.closeIdleConnections();
    return this.closed;
  }

  #end(): void {
    this.inHand.close();
    this.#markClosed();
  }
}
