/**
 * The one place that opens sockets to hosts.
 *
 * It uses node:net and not Bun.connect: a pending Bun.connect has no timeout, cannot be cancelled
 * and keeps its descriptor for over two minutes, while destroy() ends a pending net.connect at
 * once. Both give the same errors and the same throughput (Bun 1.4.5).
 */
import net from "node:net";
import { FairQueue } from "../scheduling/fair-queue.ts";
import type { Asker } from "./asker.ts";
import { ConnectError, connectFailureText } from "./connect-error.ts";
import {
  allowedAddresses,
  checkNamed,
  everyGuard,
  type HostGuard,
  type NamedHost,
} from "./host-guard.ts";
import { isShortage, shortageError } from "./descriptors.ts";
import { NameResolver } from "./names/name-resolver.ts";
import { explainRefusal, isDoubtful, type RefusedAttempt } from "./refusal.ts";
import { isRouteError } from "./route.ts";
import { TcpConnection } from "./tcp.ts";
import { inTurn } from "./turns.ts";

/** Each is a descriptor. Half of them are enough for a school whose computers are all off. */
const connectLimits = { what: "connects", runningMax: 1024, waitingMax: 4096 };

export interface LookUpOptions extends Asker {
  readonly host: string;
  readonly timeoutMs: number;
}

export interface DialOptions extends LookUpOptions {
  readonly port: number;
}

export interface DiallerOptions {
  readonly names?: NameResolver;
  /** Of every host that is called; null and absent: any may be. */
  readonly guard?: HostGuard | null;
  /** Hears of each dial that fails for want of a descriptor. */
  readonly onShortage?: (error: ConnectError) => void;
}

export class Dialler {
  readonly #names: NameResolver;
  readonly #onShortage: (error: ConnectError) => void;
  readonly #connects = new FairQueue(connectLimits);
  #guard: HostGuard | null;

  constructor(options: DiallerOptions = {}) {
    const { names = new NameResolver(), guard = null, onShortage = () => {} } = options;
    this.#names = names;
    this.#guard = guard;
    this.#onShortage = onShortage;
  }

  get guard(): HostGuard | null {
    return this.#guard;
  }

  /** From now on. What is connected stays so. */
  allow(guard: HostGuard | null): void {
    this.#guard = guard;
  }

  /** Throws ConnectError (not-allowed) for a host that may not even be looked up. */
  check(named: NamedHost, guard: HostGuard | null): void {
    try {
      checkNamed(named, everyGuard(this.#guard, guard));
    } catch (error) {
      throw error instanceof ConnectError ? within(`Cannot call ${named.host}`, error) : error;
    }
  }

  /** The addresses of the host. Throws ConnectError with the reason. */
  lookUp(options: LookUpOptions): Promise<readonly string[]> {
    const { host } = options;
    return this.#byDeadline(`Cannot find ${host}`, options, (signal) =>
      this.#find({ host, port: null }, { ...options, signal }),
    );
  }

  /** Connects within its time, name lookup included, or throws ConnectError with the reason. */
  dial(options: DialOptions): Promise<TcpConnection> {
    const { host, port, caller } = options;
    return this.#byDeadline(`Cannot connect to ${host} port ${port}`, options, async (signal) => {
      // The socket gets what was checked, so that another answer of a name server counts for
      // nothing.
      const addresses = await this.#find({ host, port }, { ...options, signal });
      return inTurn(this.#connects, caller, signal, () => connect(addresses, port, signal));
    });
  }

  async #find(named: NamedHost, { signal, caller, guard = null }: Asker) {
    const guards = everyGuard(this.#guard, guard);
    checkNamed(named, guards);
    const addresses = await this.#names.lookUp(named.host, { signal, caller });
    return allowedAddresses(named, addresses, guards);
  }

  async #byDeadline<T>(
    attempted: string,
    { timeoutMs, signal }: LookUpOptions,
    run: (deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new ConnectError("timed-out", `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    // By a deadline of the caller's; or by somebody who does not care for the reason any more.
    const cancelled = new ConnectError("cancelled", "no answer in time");
    const cancel = () => deadline.abort(cancelled);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      return await run(deadline.signal);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      const full = within(attempted, signal.aborted ? cancelled : error);
      if (full.failure === "no-descriptors") this.#onShortage(full);
      throw full;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }
}

/** The same, with what was attempted. */
function within(attempted: string, { failure, message, cause }: ConnectError): ConnectError {
  return new ConnectError(failure, `${attempted}: ${message}`, { cause });
}

async function connect(
  addresses: readonly string[],
  port: number,
  deadline: AbortSignal,
): Promise<TcpConnection> {
  const first = await tryOnce(addresses, port, deadline);
  if (first instanceof TcpConnection) return first;
  const last = isDoubtful(first.attempts) ? await tryOnce(addresses, port, deadline) : first;
  if (last instanceof TcpConnection) return last;
  throw await explain(last);
}

interface Refused {
  readonly attempts: readonly RefusedAttempt[];
  readonly error: Error;
}

async function explain({ attempts, error: cause }: Refused): Promise<ConnectError> {
  try {
    const refusal = await explainRefusal(attempts);
    return new ConnectError(refusal, connectFailureText[refusal], { cause });
  } catch (error) {
    if (isShortage(error)) return shortageError(error);
    throw error;
  }
}

/** Throws ConnectError unless it is one of the reasons that Bun does not tell apart. */
function tryOnce(
  addresses: readonly string[],
  port: number,
  deadline: AbortSignal,
): Promise<TcpConnection | Refused> {
  const { promise, resolve, reject } = Promise.withResolvers<TcpConnection | Refused>();
  if (deadline.aborted) {
    reject(deadline.reason);
    return promise;
  }
  const socket = net.connect({ ...destination(addresses), port, noDelay: true });
  const attempts = new Attempts(socket);

  function settle(): void {
    deadline.removeEventListener("abort", onDeadline);
    socket.removeAllListeners();
  }
  function onDeadline(): void {
    settle();
    // A pending connect reports its end once more; nobody is interested.
    socket.on("error", () => {});
    socket.destroy();
    reject(deadline.reason);
  }
  deadline.addEventListener("abort", onDeadline, { once: true });
  socket.once("connect", () => {
    settle();
    resolve(new TcpConnection(socket));
  });
  socket.once("error", (error: NodeJS.ErrnoException) => {
    settle();
    const failure = knownFailure(error);
    if (failure === null) resolve({ attempts: attempts.refused, error });
    else reject(new ConnectError(failure, connectFailureText[failure], { cause: error }));
  });
  return promise;
}

/** One address, or several that node:net tries one after the other. */
function destination(addresses: readonly string[]): { host: string; lookup?: net.LookupFunction } {
  if (addresses.length === 1) return { host: addresses[0] };
  const found = addresses.map((address) => ({ address, family: net.isIP(address) }));
  return {
    host: "has been looked up",
    // Not at once: the first attempt would begin before anybody can listen to it.
    lookup: (_host, _options, done) => void setImmediate(() => done(null, found)),
  };
}

/** The addresses that a socket tries, one after the other. */
class Attempts {
  readonly #spans = new Map<string, { readonly startedMs: number; endedMs: number | null }>();

  constructor(socket: net.Socket) {
    socket.on("connectionAttempt", (address) => {
      this.#spans.set(address, { startedMs: performance.now(), endedMs: null });
    });
    socket.on("connectionAttemptFailed", (address) => {
      const span = this.#spans.get(address);
      if (span !== undefined) span.endedMs = performance.now();
    });
    // The next address is given a chance.
    socket.on("connectionAttemptTimeout", (address) => this.#spans.delete(address));
  }

  /** When the last one has failed; what has no end then has ended now. */
  get refused(): RefusedAttempt[] {
    const nowMs = performance.now();
    return [...this.#spans].map(([address, { startedMs, endedMs }]) => ({
      address,
      tookMs: (endedMs ?? nowMs) - startedMs,
    }));
  }
}

/** Null: it may be one of several. */
function knownFailure(error: NodeJS.ErrnoException) {
  if (error.code === "EHOSTUNREACH") return "no-neighbour";
  return isRouteError(error.code) ? "no-route" : null;
}
