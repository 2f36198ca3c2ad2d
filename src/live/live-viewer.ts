/**
 * Somebody at a live socket (subprotocol veyon-live.v1; docs/live.md): sees computers, hears of
 * what happens to them, and is answered.
 */
import { Delivery } from "./delivery.ts";
import type { EventSubscription } from "./event-subscription.ts";
import { liveLimits } from "./live-limits.ts";
import { LiveViews } from "./live-views.ts";
import { CloseCode, type MessageSocket } from "./message-socket.ts";
import type { Stream } from "./streams.ts";
import type { ViewCount } from "./view-count.ts";

/** How often one that waits for news looks up. */
const newsWaitMs = 60_000;

export interface LiveViewerOptions {
  readonly socket: MessageSocket;
  readonly stream: Stream;
  readonly subscription: EventSubscription;
  readonly count: ViewCount;
  readonly onViewFailed: (number: number, error: unknown) => void;
}

export class LiveViewer {
  readonly views: LiveViews;
  readonly #socket: MessageSocket;
  readonly #stream: Stream;
  readonly #subscription: EventSubscription;
  readonly #delivery: Delivery;
  #unreadAnswers = 0;
  /** Why its last connection has ended. */
  #goodbye: string | null = null;

  constructor({ socket, stream, subscription, count, onViewFailed }: LiveViewerOptions) {
    this.#socket = socket;
    this.#stream = stream;
    this.#subscription = subscription;
    this.#delivery = new Delivery(socket);
    this.views = new LiveViews({ delivery: this.#delivery, count, onFailed: onViewFailed });
    stream.signal.addEventListener("abort", () => this.views.close());
    void this.#tellEvents();
  }

  /** Says something that its client has asked for. One that does not read is cut off. */
  answer(message: Readonly<Record<string, unknown>>): void {
    if (this.#unreadAnswers >= liveLimits.unreadAnswersMax) {
      this.refuse(`${this.#unreadAnswers} answers wait to be read, the limit of this server`);
      return;
    }
    this.#unreadAnswers++;
    const sent = this.#delivery.send(() => JSON.stringify(message));
    void sent.then(() => this.#unreadAnswers--);
  }

  /** Its client breaks the rules. */
  refuse(reason: string): void {
    this.#socket.close(CloseCode.PolicyViolation, reason);
    this.#stream.close(reason);
  }

  /** The last of its connections has ended. `goodbye` says why. */
  end(goodbye: string): void {
    this.#goodbye = goodbye;
  }

  async #tellEvents(): Promise<void> {
    while (!this.#subscription.isOver) {
      await this.#delivery.room();
      for (const { name, data } of await this.#subscription.next(newsWaitMs)) {
        const message = JSON.stringify({ type: "event", event: name, data });
        await this.#delivery.send(() => message);
      }
    }
    if (this.#goodbye !== null) this.#socket.close(CloseCode.Normal, this.#goodbye);
  }
}
