/**
 * Keeps those out who guess passwords or keys of hosts.
 *
 * What is counted are different credentials: a classroom of 40 in which one key is wrong is one
 * guess, however often it is tried, and a host that has lost its key keeps nobody from the others.
 * The same credentials at the same host are counted for themselves.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";

export interface GuessLimits {
  /** Refused logins of one client within a minute. */
  readonly perClient: number;
  /** Refused logins to one host within a minute, whoever has tried. */
  readonly perHost: number;
}

/** Who tries what where. */
export interface Guess {
  /** An address, or the name of an access token. */
  readonly client: string;
  /** In its one spelling. */
  readonly host: string;
  /** All that was sent to be let in. */
  readonly credentials: string;
}

/** Too many have been refused. The message says of whom, and nothing of what was tried. */
export class GuessLimitError extends Error {
  override readonly name = "GuessLimitError";

  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message);
  }
}

const windowMs = 60_000;

/** Logins that wait for others of one client, or to one host. */
const waitingMax = 512;

/** Clients, hosts and pairs that are remembered, those that were refused last. */
const subjectsMax = 16_384;

export class GuessLimit {
  readonly #limits: GuessLimits;
  readonly #subjects = new LRUCache<string, Subject>({ max: subjectsMax });
  /** Nobody who reads the memory learns credentials from a plain hash of short ones. */
  readonly #key = randomBytes(32);

  constructor(limits: GuessLimits) {
    this.#limits = limits;
  }

  /**
   * Does `login`, once there is room for it: what is under way may be refused too. `isRefusal`:
   * whether the host has refused the credentials. Throws GuessLimitError, what `signal` is aborted
   * with while it waits, and what `login` throws.
   */
  async run<T>(
    guess: Guess,
    signal: AbortSignal,
    login: () => Promise<T>,
    isRefusal: (error: unknown) => boolean,
  ): Promise<T> {
    const { client, host } = guess;
    const credentials = createHmac("sha256", this.#key).update(guess.credentials).digest("base64");
    const { perClient, perHost } = this.#limits;
    const again = `again ${client} ${host} ${credentials}`;
    const subjects = [
      this.#use(`logins of ${client}`, `client ${client}`, perClient),
      this.#use(`logins to ${host}`, `host ${host}`, perHost),
    ];
    let hasBegun = false;
    try {
      for (;;) {
        for (const { what, subject } of subjects) checkLimit(what, subject);
        const repeated = this.#subjects.get(again);
        if (repeated !== undefined) checkLimit("logins with these credentials", repeated);
        const busy = subjects.find(({ subject }) => !subject.hasRoom(credentials));
        if (busy === undefined) break;
        await busy.subject.change(signal);
      }
      for (const { subject } of subjects) subject.begin(credentials);
      hasBegun = true;
      return await login();
    } catch (error) {
      if (hasBegun && isRefusal(error)) {
        for (const { subject } of subjects) subject.refuse(credentials);
        this.#subject(again, perClient).refuse(randomUUID());
      }
      throw error;
    } finally {
      for (const { key, subject } of subjects) {
        if (hasBegun) subject.end(credentials);
        this.#leave(key, subject);
      }
    }
  }

  #use(what: string, key: string, max: number) {
    const subject = this.#subject(key, max);
    subject.users++;
    return { what, key, subject };
  }

  /** What was only tried would take the place of what was refused. */
  #leave(key: string, subject: Subject): void {
    subject.users--;
    if (subject.users === 0 && !subject.hasRefused) this.#subjects.delete(key);
  }

  #subject(key: string, max: number): Subject {
    const known = this.#subjects.get(key);
    if (known !== undefined) return known;
    const subject = new Subject(max);
    this.#subjects.set(key, subject);
    return subject;
  }
}

function checkLimit(what: string, subject: Subject): void {
  const waitMs = subject.waitMs;
  if (waitMs === null) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new GuessLimitError(
    `too many ${what} have been refused within a minute (${subject.max}); the next may come in ${seconds} s`,
    seconds,
  );
}

/** What has been refused of somebody within the last minute, and what is being tried. */
class Subject {
  /** With the times; what was refused last is the last. */
  readonly #refused = new Map<string, number>();
  /** With how many logins try it. */
  readonly #tried = new Map<string, number>();
  #onChange = Promise.withResolvers<void>();
  #waiting = 0;
  /** Logins that have to do with it. */
  users = 0;

  constructor(readonly max: number) {}

  get hasRefused(): boolean {
    return this.#refused.size > 0;
  }

  /** Until another may be tried; null: now. */
  get waitMs(): number | null {
    const nowMs = performance.now();
    for (const [what, atMs] of this.#refused) {
      if (atMs > nowMs - windowMs) break;
      this.#refused.delete(what);
    }
    if (this.#refused.size < this.max) return null;
    const [oldestMs] = this.#refused.values();
    return oldestMs + windowMs - nowMs;
  }

  /** Whether the limit holds even if all that is being tried, and this, is refused. */
  hasRoom(what: string): boolean {
    const others = new Set([...this.#refused.keys(), ...this.#tried.keys()]);
    return others.has(what) || others.size < this.max;
  }

  begin(what: string): void {
    this.#tried.set(what, (this.#tried.get(what) ?? 0) + 1);
  }

  end(what: string): void {
    const left = (this.#tried.get(what) ?? 1) - 1;
    if (left === 0) this.#tried.delete(what);
    else this.#tried.set(what, left);
    this.#onChange.resolve();
    this.#onChange = Promise.withResolvers();
  }

  refuse(what: string): void {
    this.#refused.delete(what);
    this.#refused.set(what, performance.now());
  }

  /**
   * The next end of a try. Rejects when `signal` is aborted. Throws GuessLimitError when too many
   * wait for it.
   */
  async change(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting >= waitingMax) {
      throw new GuessLimitError(
        `${waitingMax} logins wait until others have been let in or refused`,
        1,
      );
    }
    this.#waiting++;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#onChange.promise, aborted]);
    } finally {
      this.#waiting--;
      signal.removeEventListener("abort", onAbort);
    }
  }
}
