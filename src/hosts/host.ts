import type { Framebuffer } from "../rfb/framebuffer.ts";
import type { Logger } from "../log.ts";
import type { Credentials } from "../veyon/authentication.ts";
import type { CloseReason } from "./connection-pool.ts";
import { DeadlineError, within } from "./deadline.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import type { HostConnector } from "./host-connector.ts";
import { HostError } from "./host-error.ts";
import type { HostSession } from "./host-session.ts";
import type { VeyonConnection } from "./veyon-connection.ts";

export interface HostOptions {
  readonly connector: HostConnector;
  readonly credentials: Credentials;
  /** For one attempt to come back, in ms. */
  readonly authenticationTimeoutMs: number;
  readonly log: Logger;
}

/** A host that does not answer is called again this often; it learns nothing of it. */
const redialMs = 1000;

/** How long a request for a picture waits when there is none: most hosts send their first one in much less. */
const pictureWaitMs = 1000;

/** A host that still has no picture this long after it was first wanted is not waited for any more. */
const pictureHopeMs = 5000;

/**
 * A host that answers and then refuses, or loses each session as soon as it has begun, logs every attempt, and may tell
 * its user: ever longer pauses, up to a minute.
 */
const retryMs = { first: 1000, max: 60_000 };

/** A session that has lasted so long was a good one, whatever has ended it. */
const goodSessionMs = 10_000;

/** Bad sessions in a row that are no reason for longer pauses yet: a computer may start twice. */
const badSessionsFree = 2;

/**
 * One computer, for as long as an API connection holds it: the session that is up, or the attempts to get it back
 * after it was lost, with the credentials of the login.
 */
export class Host {
  readonly address: HostAddress;
  /** Hears of each update that has been painted, as long as the picture is whole. */
  onPicture: (picture: Framebuffer) => void = () => {};
  readonly #options: HostOptions;
  readonly #closing = new AbortController();
  #session: HostSession | null;
  #lost: HostError | null = null;
  /** Sessions in a row that were lost soon after they began, and those that have not shown a picture. */
  #shortSessions = 0;
  #blindSessions = 0;
  #returned = Promise.withResolvers<HostSession>();
  /** When a picture was first wanted in vain; null when the last one wanted was there. */
  #missedAtMs: number | null = null;
  /** Those who wait for a picture, woken when it comes, and when it will not. */
  readonly #waiting = new Set<() => void>();

  constructor(veyon: VeyonConnection, session: HostSession, options: HostOptions) {
    this.address = veyon.address;
    this.#options = options;
    this.#session = session;
    this.#listen(session);
    void this.#supervise(session);
  }

  /** The session that is up. Throws HostError (lost) when there is none. */
  get session(): HostSession {
    if (this.#session !== null) return this.#session;
    throw new HostError("lost", this.#lost?.message ?? "the connection has been closed");
  }

  /** The session, waiting for its return if it is lost. Throws HostError (lost) after `waitMaxMs`. */
  async sessionWithin(waitMaxMs: number): Promise<HostSession> {
    if (this.#session !== null || this.#closing.signal.aborted) return this.session;
    try {
      return await within(this.#returned.promise, waitMaxMs);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      return this.session;
    }
  }

  /**
   * The newest picture that can be had without a long wait. A first one that is on its way is waited for, as long as
   * `signal` is not aborted. Null when there is none, HostError (lost) when the host is gone.
   */
  async picture(signal: AbortSignal): Promise<Framebuffer | null> {
    const picture = await this.session.picture();
    const nowMs = performance.now();
    this.#missedAtMs = picture === null ? (this.#missedAtMs ?? nowMs) : null;
    if (this.#missedAtMs === null || nowMs - this.#missedAtMs > pictureHopeMs) return picture;
    await this.#nextPicture(signal);
    return this.session.picture();
  }

  /** `reason` is for the log. */
  close(reason: CloseReason): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const lost = this.#session === null ? this.#lost?.message : undefined;
    const host = formatHostAddress(this.address);
    this.#options.log.info("host closed", { host, reason, lost });
    this.#session?.close();
    this.#session = null;
    this.#wake();
  }

  #listen(session: HostSession): void {
    this.#missedAtMs = null;
    session.onPicture = (picture) => {
      this.#wake();
      this.onPicture(picture);
    };
  }

  /** Settles when there may be a picture, when there will be none, and after `pictureWaitMs`. */
  async #nextPicture(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const timer = setTimeout(wake, pictureWaitMs);
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake);
    if (signal.aborted) wake();
    await promise;
    signal.removeEventListener("abort", wake);
    this.#waiting.delete(wake);
    clearTimeout(timer);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #supervise(first: HostSession): Promise<void> {
    const { log } = this.#options;
    const host = formatHostAddress(this.address);
    let session: HostSession | null = first;
    while (session !== null) {
      const reason: HostError = await session.ended;
      this.#session = null;
      if (this.#closing.signal.aborted) break;
      this.#lost = reason;
      this.#wake();
      log.warn("host lost", { host, reason: reason.message });
      this.#blindSessions = session.hasShownPicture ? 0 : this.#blindSessions + 1;
      this.#shortSessions = session.ageMs < goodSessionMs ? this.#shortSessions + 1 : 0;
      session = await this.#reconnect();
      if (session === null) break;
      log.info("host is back", { host });
      this.#session = session;
      this.#listen(session);
      this.#returned.resolve(session);
      this.#returned = Promise.withResolvers();
    }
  }

  /** Null when the host has been closed meanwhile. */
  async #reconnect(): Promise<HostSession | null> {
    const { signal } = this.#closing;
    const badSessions = Math.max(this.#blindSessions, this.#shortSessions);
    const doublings = Math.max(0, badSessions - badSessionsFree);
    let refusedMs = retryMs.first;
    let delayMs = Math.min(retryMs.first * 2 ** doublings, retryMs.max);
    for (;;) {
      await delay(delayMs, signal);
      if (signal.aborted) return null;
      try {
        return await this.#attempt();
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        this.#lost = error;
        const refused =
          error.failure === "credentials-refused" || error.failure === "access-denied";
        delayMs = refused ? refusedMs : redialMs;
        if (refused) refusedMs = Math.min(refusedMs * 2, retryMs.max);
        const host = formatHostAddress(this.address);
        this.#options.log.debug("host still lost", { host, reason: error.message });
      }
    }
  }

  async #attempt(): Promise<HostSession> {
    const { connector, credentials, authenticationTimeoutMs } = this.#options;
    const signal = AbortSignal.any([
      this.#closing.signal,
      AbortSignal.timeout(authenticationTimeoutMs),
    ]);
    const veyon = await connector.dial(this.address, { signal });
    const failures = this.#blindSessions;
    const session = await connector.logIn(veyon, credentials, { signal, failures });
    if (this.#closing.signal.aborted) {
      session.close();
      throw new HostError("cancelled", "the connection has been closed");
    }
    return session;
  }
}

/** Ends early when the signal is aborted. */
function delay(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener("abort", done, { once: true });
  });
}
