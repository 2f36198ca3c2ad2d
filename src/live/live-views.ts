/**
 * The views of a live socket: what its viewer sees of the computers, each in its own size and at
 * its own pace. Whoever reads slowly sees fewer pictures, of which each is new.
 */
import { formatHostAddress } from "../connect/host-address.ts";
import { LimitError } from "../watch/limit-error.ts";
import type { View } from "../watch/view.ts";
import type { Delivery } from "./delivery.ts";
import { liveLimits } from "./live-limits.ts";
import { encodePictureMessage } from "./picture-message.ts";
import type { LiveConnection } from "./streams.ts";
import type { ViewCount } from "./view-count.ts";

/** What a viewer wants to see. */
export interface WantedView {
  /** Its number, of the viewer's choice, which fits in 16 bits. */
  readonly number: number;
  readonly connection: LiveConnection;
  /** JPEG. */
  readonly picture: View;
  /** Pictures a second, at most. */
  readonly fps: number;
}

interface OpenView {
  readonly connection: LiveConnection;
  close(): void;
}

export interface LiveViewsOptions {
  readonly delivery: Delivery;
  readonly count: ViewCount;
  /** Hears of a view that has ended by itself: its screen is there no more, for example. */
  readonly onFailed: (number: number, error: unknown) => void;
}

export class LiveViews {
  readonly #options: LiveViewsOptions;
  readonly #open = new Map<number, OpenView>();

  constructor(options: LiveViewsOptions) {
    this.#options = options;
  }

  /** Shows it from now on, in place of one that has its number. Throws LimitError. */
  show(wanted: WantedView): void {
    this.hide(wanted.number);
    this.#checkPlace(wanted.connection);
    const giveBack = this.#options.count.take();
    const closing = new AbortController();
    const view: OpenView = {
      connection: wanted.connection,
      close: () => {
        closing.abort();
        giveBack();
      },
    };
    this.#open.set(wanted.number, view);
    this.#run(wanted, closing.signal).catch((error: unknown) => {
      if (this.#open.get(wanted.number) !== view) return;
      this.hide(wanted.number);
      this.#options.onFailed(wanted.number, error);
    });
  }

  /** One that is not open is none to be closed. */
  hide(number: number): void {
    this.#open.get(number)?.close();
    this.#open.delete(number);
  }

  /** All of the connection. */
  hideAllOf(connection: LiveConnection): void {
    for (const [number, view] of this.#open) if (view.connection === connection) this.hide(number);
  }

  close(): void {
    for (const number of this.#open.keys()) this.hide(number);
  }

  async #run({ number, connection, picture, fps }: WantedView, signal: AbortSignal): Promise<void> {
    const { delivery } = this.#options;
    const follower = connection.content.follow(picture, fps);
    while (!signal.aborted) {
      // A viewer without room for a picture has none made.
      await delivery.room();
      const next = await follower.next(signal);
      if (next === null) return;
      await delivery.send(() => (signal.aborted ? null : encodePictureMessage(number, next)));
    }
  }

  #checkPlace(wanted: LiveConnection): void {
    const count = this.#open.values().filter(({ connection }) => connection === wanted);
    if (count.toArray().length < liveLimits.viewsPerConnectionMax) return;
    const host = formatHostAddress(wanted.content.host.address);
    throw new LimitError(
      `this socket has ${liveLimits.viewsPerConnectionMax} views of ${host}, the limit of this server`,
    );
  }
}
