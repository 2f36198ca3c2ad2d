import type { RequestListener, ServerResponse } from "node:http";

/**
 * Makes each connection end with the request in hand when the server stops. Otherwise a client that
 * asks again and again on a kept-alive connection holds up the end for as long as it likes.
 */
export class RequestsInHand {
  readonly #answers = new Set<ServerResponse>();
  #isLast = false;

  watch(listener: RequestListener): RequestListener {
    return (incoming, outgoing) => {
      if (this.#isLast) outgoing.setHeader("Connection", "close");
      this.#answers.add(outgoing);
      outgoing.once("close", () => this.#answers.delete(outgoing));
      listener(incoming, outgoing);
    };
  }

  /** From now on the answers are the last ones of their connections. */
  endConnections(): void {
    this.#isLast = true;
    for (const outgoing of this.#answers) {
      if (!outgoing.headersSent) outgoing.setHeader("Connection", "close");
    }
  }
}
