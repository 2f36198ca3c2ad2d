/**
 * What is on its way to a viewer. What it has not read yet is kept small: whoever has something to
 * say waits in line until there is room, and says what is so then. Otherwise the system would keep
 * megabytes for a viewer on a slow line, and show it what was seconds ago.
 */
import type { MessageSocket } from "./message-socket.ts";

/**
 * Bytes that a viewer has not read, above which it gets no more: a second of a slow line, and more
 * than a quick one has on its way.
 */
const unreadBytesMax = 128 * 1024;

export class Delivery {
  readonly #socket: MessageSocket;
  #unreadBytes = 0;
  /** The last one in line. */
  #last: Promise<void> = Promise.resolve();
  #room = Promise.withResolvers<void>();

  constructor(socket: MessageSocket) {
    this.#socket = socket;
  }

  /** Settles when there is room, and when the socket has ended. */
  async room(): Promise<void> {
    while (this.#unreadBytes >= unreadBytesMax) await this.#room.promise;
  }

  /**
   * Sends what `compose` gives, when it is its turn and there is room: a text, a binary message, or
   * null for nothing after all. Settles when the system has taken it, and when the socket has
   * ended.
   */
  send(compose: () => string | Uint8Array | null): Promise<void> {
    const sent = this.#last.then(async () => {
      await this.room();
      const message = compose();
      if (message !== null) await this.#send(message);
    });
    this.#last = sent.catch(() => {});
    return sent;
  }

  async #send(message: string | Uint8Array): Promise<void> {
    const { length } = message;
    this.#unreadBytes += length;
    const taken = this.#socket.send(message);
    void this.#socket.allRead().then(() => {
      this.#unreadBytes -= length;
      if (this.#unreadBytes >= unreadBytesMax) return;
      this.#room.resolve();
      this.#room = Promise.withResolvers();
    });
    await taken;
  }
}
