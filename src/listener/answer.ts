import type { IncomingMessage, ServerResponse } from "node:http";
import type { Unread, UnreadMemory } from "./unread-memory.ts";

/**
 * Bytes that are handed to node:http at once. It copies what the client does not take, and a
 * picture that many slow clients want is not to be there many times.
 */
const pieceBytes = 512 * 1024;

/** Not worth counting. */
const smallBytesMax = 1024;

/** A client that has its answer and still sends its request is cut off after so long... */
const lingerMs = 2000;
/** ...or so much, since it would lose the answer if that were done at once. */
const lingerBytesMax = 16 * 1024 * 1024;

export interface AnswerOptions {
  /** Who has asked. */
  readonly client: () => string;
  readonly memory: UnreadMemory;
  readonly onCut: (reason: string) => void;
}

type End = (body?: Uint8Array | string) => ServerResponse;

/** The answer to one request, from when that has come until its client has read the answer. */
export class Answer implements Unread {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #options: AnswerOptions;
  readonly #endOutgoing: End;
  #unsentBytes = 0;
  #idleLooks = 0;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, options: AnswerOptions) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#options = options;
    this.#endOutgoing = outgoing.end.bind(outgoing) as End;
    outgoing.end = this.#end as typeof outgoing.end;
  }

  get client(): string {
    return this.#options.client();
  }

  get socket(): object {
    return this.#incoming.socket;
  }

  /** Makes it the last one of its connection, if that can still be said. */
  endConnection(): void {
    if (!this.#outgoing.headersSent) this.#outgoing.setHeader("Connection", "close");
  }

  /** To be called now and then: cuts it off when `idleLooksMax` calls have found no progress. */
  look(idleLooksMax: number): void {
    const unsentBytes = this.#outgoing.writableLength;
    const isIdle = unsentBytes > 0 && unsentBytes === this.#unsentBytes;
    this.#idleLooks = isIdle ? this.#idleLooks + 1 : 0;
    this.#unsentBytes = unsentBytes;
    if (this.#idleLooks >= idleLooksMax) this.cut("the client does not read it");
  }

  cut(reason: string): void {
    this.#options.onCut(reason);
    this.#incoming.socket.destroy();
  }

  /** It has been read, or its client has gone. */
  close(): void {
    this.#options.memory.release(this);
  }

  /** In place of the one of node:http, which the app gives its answer to whole. */
  readonly #end: End = (body) => {
    const isWhole = this.#incoming.complete || !hasBody(this.#incoming);
    if (isWhole && (body === undefined || body.length <= smallBytesMax)) {
      return this.#endOutgoing(body);
    }
    const bytes = typeof body === "string" ? Buffer.from(body) : (body ?? new Uint8Array());
    this.#hold(bytes);
    if (isWhole && bytes.length <= pieceBytes) return this.#endOutgoing(bytes);
    void this.#send(bytes, isWhole);
    return this.#outgoing;
  };

  async #send(body: Uint8Array, isWhole: boolean): Promise<void> {
    const outgoing = this.#outgoing;
    let wake = () => {};
    const onChange = () => wake();
    outgoing.on("drain", onChange).on("close", onChange);
    let rest = body;
    for (; rest.length > pieceBytes && !outgoing.destroyed; rest = rest.subarray(pieceBytes)) {
      const drained = new Promise<void>((resolve) => (wake = resolve));
      if (!outgoing.write(rest.subarray(0, pieceBytes))) await drained;
    }
    if (!isWhole && !outgoing.destroyed) {
      outgoing.write(rest);
      rest = rest.subarray(rest.length);
      await this.#throwRequestAway();
    }
    if (!outgoing.destroyed) this.#endOutgoing(rest);
  }

  #hold(body: Uint8Array): void {
    const { memory } = this.#options;
    const isLong = body.length > pieceBytes;
    memory.hold(this, {
      ownBytes: isLong ? pieceBytes : body.length,
      body: isLong ? body : null,
    });
  }

  /** Settles when the request has come whole, or its client is cut off. */
  #throwRequestAway(): Promise<void> {
    const incoming = this.#incoming;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cut = () => incoming.socket.destroy();
    const timer = setTimeout(cut, lingerMs);
    let bytes = 0;
    incoming.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > lingerBytesMax) cut();
    });
    incoming.once("end", resolve).once("close", resolve).resume();
    return promise.finally(() => clearTimeout(timer));
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return "content-length" in headers || "transfer-encoding" in headers;
}
