import type { RawData, WebSocket } from "ws";
import type {
  CloseCode,
  MessageListener,
  MessageSocket,
  OpenSocket,
} from "../live/message-socket.ts";

/** A socket of the module ws, which is built into Bun, for those who speak a protocol on it. */
export class ServerSocket implements MessageSocket {
  readonly #socket: WebSocket;
  /** Whether anything has come since the last ping. */
  #isAlive = true;

  constructor(socket: WebSocket, open: OpenSocket) {
    this.#socket = socket;
    // A close tells the same, and follows it.
    socket.on("error", () => {});
    socket.on("pong", () => (this.#isAlive = true));
    this.#hear(open(this));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.send(message, () => resolve()));
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Cuts it off if nothing has come since the last call, not even the answer to a ping. */
  checkAlive(): void {
    if (!this.#isAlive) this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
  }

  #hear(listener: MessageListener): void {
    this.#socket.on("message", (data: RawData, isBinary: boolean) => {
      this.#isAlive = true;
      // One buffer for each message, as long as `binaryType` is not changed.
      const bytes = data as Buffer;
      listener.onMessage(isBinary ? new Uint8Array(bytes) : bytes.toString());
    });
    this.#socket.once("close", () => listener.onClose());
  }
}
