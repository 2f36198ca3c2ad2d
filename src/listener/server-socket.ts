import type { RawData, WebSocket } from "ws";
import type {
  CloseCode,
  MessageListener,
  MessageSocket,
  OpenSocket,
} from "../live/message-socket.ts";

/** Bytes of a number in a ping. */
const pingBytes = 6;

/** Bytes of a reason (RFC 6455, 5.5.1). */
const reasonBytesMax = 123;

interface Ping {
  readonly number: number;
  readonly onAnswered: () => void;
}

/** A socket of the module ws, which is built into Bun, for those who speak a protocol on it. */
export class ServerSocket implements MessageSocket {
  readonly #socket: WebSocket;
  /** Whether anything has come since the last ping. */
  #isAlive = true;
  /** Pings with a number that were not answered, oldest first. */
  #pings: Ping[] = [];
  #lastPing = 0;
  #isOver = false;

  constructor(socket: WebSocket, open: OpenSocket) {
    this.#socket = socket;
    // A close tells the same, and follows it.
    socket.on("error", () => {});
    socket.on("pong", (payload: Buffer) => {
      this.#isAlive = true;
      if (payload.length === pingBytes) this.#settlePings(payload.readUIntBE(0, pingBytes));
    });
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

  allRead(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const number = ++this.#lastPing;
    const payload = Buffer.alloc(pingBytes);
    payload.writeUIntBE(number, 0, pingBytes);
    this.#socket.ping(payload);
    return new Promise((onAnswered) => this.#pings.push({ number, onAnswered }));
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, shortened(reason));
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
    this.#socket.once("close", () => {
      this.#isOver = true;
      this.#settlePings(Infinity);
      listener.onClose();
    });
  }

  /** A client that has read several pings may answer the last one only (RFC 6455, 5.5.3). */
  #settlePings(answered: number): void {
    const count = this.#pings.findIndex(({ number }) => number > answered);
    const settled = this.#pings.splice(0, count === -1 ? this.#pings.length : count);
    for (const { onAnswered } of settled) onAnswered();
  }
}

function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= reasonBytesMax) return reason;
  // A character that is cut in two becomes one of three bytes.
  return bytes.toString("utf8", 0, reasonBytesMax - 3).replace(/\ufffd$/, "");
}
