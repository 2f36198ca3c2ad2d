import { setTimeout as delay } from "node:timers/promises";
import { formatHostAddress, type HostAddress } from "../connect/host-address.ts";
import type { HostConnector, LoggedIn } from "../connect/host-connector.ts";
import { HostError } from "../connect/host-error.ts";
import type { HostGuard } from "../net/host-guard.ts";
import type { Credentials } from "../veyon/authentication.ts";
import type { Logger } from "../log/logger.ts";

export interface ReconnectionOptions {
  readonly address: HostAddress;
  readonly connector: HostConnector;
  /** Of whoever has logged in; null is none. */
  readonly guard: HostGuard | null;
  /** Those of the login. */
  readonly credentials: Credentials;
  /** Whether the login was inside of TLS. */
  readonly hasSpokenTls: boolean;
  /** For one attempt, in ms. */
  readonly authenticationTimeoutMs: number;
  readonly log: Logger;
}

/** A host that does not answer is called again this often; it learns nothing of it. */
const redialMs = 1000;

/** All hosts that are lost wait in one line, so that they do not stand in the way of clients. */
const caller = "hosts that are lost";

/**
 * A host that has listed its methods logs whatever comes of it but a login, and may tell its user;
 * so does one that loses each session as soon as it has begun: ever longer pauses, up to a minute.
 */
const retryMs = { first: 1000, max: 60_000 };

/** A session that has lasted so long was a good one, whatever has ended it. */
const goodSessionMs = 10_000;

/** Bad sessions in a row that are no reason for longer pauses yet: a computer may start twice. */
const badSessionsFree = 2;

/** Gets a lost host back. */
export class Reconnection {
  readonly #options: ReconnectionOptions;
  /**
   * Sessions in a row that were lost soon after they began, and those that have not shown a
   * picture.
   */
  #shortSessions = 0;
  #blindSessions = 0;

  constructor(options: ReconnectionOptions) {
    this.#options = options;
  }

  /** Sessions in a row that have ended without a picture. */
  get blindSessions(): number {
    return this.#blindSessions;
  }

  /** Notes how a session has gone that is over. */
  note(session: { readonly hasShownPicture: boolean; readonly ageMs: number }): void {
    this.#blindSessions = session.hasShownPicture ? 0 : this.#blindSessions + 1;
    this.#shortSessions = session.ageMs < goodSessionMs ? this.#shortSessions + 1 : 0;
  }

  /**
   * Calls the host until it lets us in; null when `signal` is aborted before. `onFailure` hears why
   * it has not yet.
   */
  async run(signal: AbortSignal, onFailure: (reason: HostError) => void): Promise<LoggedIn | null> {
    const badSessions = Math.max(this.#blindSessions, this.#shortSessions);
    const doublings = Math.max(0, badSessions - badSessionsFree);
    let noticedMs = retryMs.first;
    let delayMs = Math.min(retryMs.first * 2 ** doublings, retryMs.max);
    for (;;) {
      await delay(delayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return null;
      let isNoticed = false;
      try {
        return await this.#attempt(signal, () => (isNoticed = true));
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        onFailure(error);
        // What is refused for not being encrypted has mostly listed its methods as well.
        isNoticed ||= error.failure === "unencrypted";
        delayMs = isNoticed ? noticedMs : redialMs;
        if (isNoticed) noticedMs = Math.min(noticedMs * 2, retryMs.max);
        const { address, log } = this.#options;
        log.debug("host still lost", { host: formatHostAddress(address), reason: error.message });
      }
    }
  }

  /** `onDialled`: the host has listed its methods. */
  async #attempt(closing: AbortSignal, onDialled: () => void): Promise<LoggedIn> {
    const { address, connector, guard, credentials, hasSpokenTls, authenticationTimeoutMs } =
      this.#options;
    const signal = AbortSignal.any([closing, AbortSignal.timeout(authenticationTimeoutMs)]);
    const veyon = await connector.dial(address, { signal, caller, guard, hasSpokenTls });
    onDialled();
    return connector.logIn(veyon, credentials, { signal, caller });
  }
}
