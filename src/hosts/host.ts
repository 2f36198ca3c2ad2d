import type { HostAddress } from "../connect/host-address.ts";
import type { LoggedIn } from "../connect/host-connector.ts";
import { HostError } from "../connect/host-error.ts";
import { DeadlineError, within } from "../scheduling/deadline.ts";
import { HostSession, type SessionListener, type SessionResources } from "./host-session.ts";
import type { Reconnection } from "./reconnection.ts";
import type { UpdateDemand } from "./update-pacer.ts";

/** Hears what happens to a host. */
export interface HostListener extends SessionListener {
  onLost(reason: HostError): void;
  onReturn(): void;
}

export interface HostOptions {
  readonly resources: SessionResources;
  readonly demand: UpdateDemand;
  readonly reconnection: Reconnection;
  readonly listener: HostListener;
}

/**
 * One computer, for as long as somebody holds it: the session that is up, or the attempts to get it
 * back after it was lost.
 */
export class Host {
  readonly address: HostAddress;
  /** Settles when it has been closed, and there is no connection any more. */
  readonly gone: Promise<void>;
  readonly #options: HostOptions;
  readonly #closing = new AbortController();
  #session: HostSession | null = null;
  #lost: HostError | null = null;
  #returned = Promise.withResolvers<HostSession>();

  constructor(loggedIn: LoggedIn, options: HostOptions) {
    this.address = loggedIn.veyon.address;
    this.#options = options;
    this.gone = this.#supervise(this.#begin(loggedIn));
  }

  /** The session that is up. Throws HostError (lost) when there is none. */
  get session(): HostSession {
    if (this.#session !== null) return this.#session;
    throw new HostError("lost", this.#lost?.message ?? "the connection has been closed");
  }

  /** The same, or null. */
  get currentSession(): HostSession | null {
    return this.#session;
  }

  /** Why there is no session; null when there is one, or when the host was closed. */
  get lost(): HostError | null {
    return this.#session === null ? this.#lost : null;
  }

  /**
   * The session, waiting for its return if it is lost. Throws HostError (lost) after `waitMaxMs`.
   */
  async sessionWithin(waitMaxMs: number): Promise<HostSession> {
    if (this.#session !== null || this.#closing.signal.aborted) return this.session;
    try {
      return await within(this.#returned.promise, waitMaxMs);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      return this.session;
    }
  }

  close(): void {
    this.#closing.abort();
    this.#session?.close();
    this.#session = null;
  }

  #begin(loggedIn: LoggedIn): HostSession {
    const { resources, demand, reconnection, listener } = this.#options;
    const failures = reconnection.blindSessions;
    const session = new HostSession(loggedIn, { resources, demand, failures, listener });
    this.#session = session;
    session.start();
    return session;
  }

  async #supervise(first: HostSession): Promise<void> {
    const { reconnection, listener } = this.#options;
    const { signal } = this.#closing;
    for (let session = first; ;) {
      const reason = await session.ended;
      this.#session = null;
      if (signal.aborted) return;
      this.#lost = reason;
      reconnection.note(session);
      listener.onLost(reason);
      const loggedIn = await reconnection.run(signal, (error) => (this.#lost = error));
      if (loggedIn === null) return;
      if (signal.aborted) {
        loggedIn.veyon.connection.close();
        return;
      }
      session = this.#begin(loggedIn);
      this.#lost = null;
      listener.onReturn();
      this.#returned.resolve(session);
      this.#returned = Promise.withResolvers();
    }
  }
}
