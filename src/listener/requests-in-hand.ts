import type { RequestListener, ServerResponse } from "node:http";
import { clientNetwork } from "../access/client-network.ts";
import type { ClientAddresses } from "../http/client-address.ts";
import type { Logger } from "../log/logger.ts";
import { LimitedLog } from "../log/limited-log.ts";
import { Answer } from "./answer.ts";
import { UnreadMemory } from "./unread-memory.ts";

/** How often those are looked after whose requests are in hand. */
const lookEveryMs = 500;

/** Requests of one connection; clients that send one before the last is answered send few. */
const pipelinedMax = 128;

export interface InHandLimits {
  /** A client that takes not a byte of its answer for so long is cut off. */
  readonly unreadMs: number;
  /** Memory that answers may hold which are not read. */
  readonly unreadBytesMax: number;
}

const defaultLimits: InHandLimits = { unreadMs: 30_000, unreadBytesMax: 128 * 1024 * 1024 };

/** The requests that have come, until their clients have read the answers. */
export class RequestsInHand {
  readonly #answers = new Map<ServerResponse, Answer>();
  /** How many of them each connection waits for. */
  readonly #counts = new WeakMap<object, number>();
  readonly #clients: ClientAddresses;
  readonly #memory: UnreadMemory;
  readonly #looksMax: number;
  readonly #cuts: LimitedLog;
  #timer: Timer | null = null;
  #isLast = false;

  constructor(
    clients: ClientAddresses,
    log: Logger,
    { unreadMs, unreadBytesMax }: InHandLimits = defaultLimits,
  ) {
    this.#clients = clients;
    this.#cuts = new LimitedLog(log.warn, "answer cut");
    this.#memory = new UnreadMemory(unreadBytesMax);
    this.#looksMax = Math.ceil(unreadMs / lookEveryMs);
  }

  watch(listener: RequestListener): RequestListener {
    return (incoming, outgoing) => {
      const client = () => this.#clients.of(incoming);
      const answer = new Answer(incoming, outgoing, {
        client: () => clientNetwork(client() ?? ""),
        memory: this.#memory,
        onCut: (reason) => this.#cuts.line({ client: client(), reason }),
      });
      if (this.#isLast) answer.endConnection();
      outgoing.once("close", () => this.#remove(outgoing, answer));
      if (!this.#add(outgoing, answer)) return;
      this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
      listener(incoming, outgoing);
    };
  }

  /**
   * From now on the answers are the last ones of their connections. Otherwise a client that asks
   * again and again on a kept-alive connection holds up the end for as long as it likes.
   */
  endConnections(): void {
    this.#isLast = true;
    for (const answer of this.#answers.values()) answer.endConnection();
  }

  close(): void {
    this.#cuts.flush();
  }

  /** Whether it is to be answered. */
  #add(outgoing: ServerResponse, answer: Answer): boolean {
    const { socket } = answer;
    const count = (this.#counts.get(socket) ?? 0) + 1;
    this.#answers.set(outgoing, answer);
    this.#counts.set(socket, count);
    if (count <= pipelinedMax) return true;
    if (count === pipelinedMax + 1) answer.cut(`over ${pipelinedMax} requests wait for answers`);
    return false;
  }

  #remove(outgoing: ServerResponse, answer: Answer): void {
    this.#answers.delete(outgoing);
    this.#counts.set(answer.socket, this.#counts.get(answer.socket)! - 1);
    answer.close();
    // Most requests are answered long before the first look, which then wakes nobody up.
    if (this.#answers.size === 0) this.#stopLooking();
  }

  #look(): void {
    const sockets = new Set<object>();
    for (const answer of this.#answers.values()) {
      // On one connection answers wait for each other.
      if (sockets.has(answer.socket)) continue;
      sockets.add(answer.socket);
      answer.look(this.#looksMax);
    }
  }

  #stopLooking(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
