/**
 * The one file that opens sockets to hosts.
 *
 * It uses node:net and not Bun.connect: a pending Bun.connect has no timeout, cannot be cancelled
 * and keeps its descriptor for over two minutes, while destroy() ends a pending net.connect at
 * once. Both give the same errors and the same throughput (Bun 1.4.5).
 */
import net from "node:net";
import { ConnectError, connectFailureText } from "./connect-error.ts";
import { lookupFailure } from "./lookup.ts";
import { explainRefusal, isDoubtful, isRouteError, type RefusedAttempt } from "./refusal.ts";
import { TcpConnection } from "./tcp.ts";

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  /** Name lookup included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Connects, or throws ConnectError with the reason. */
export async function dial({ host, port, timeoutMs, signal }: DialOptions): Promise<TcpConnection> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new ConnectError("timed-out", `no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  // By a deadline of the caller's; or by somebody who does not care for the reason any more.
  const cancel = () => deadline.abort(new ConnectError("cancelled", "no answer in time"));
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return await connect(host, port, deadline.signal);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const text = `Cannot connect to ${host} port ${port}: ${error.message}`;
    throw new ConnectError(error.failure, text, { cause: error.cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

async function connect(host: string, port: number, deadline: AbortSignal): Promise<TcpConnection> {
  const first = await tryOnce(host, port, deadline);
  if (first instanceof TcpConnection) return first;
  const last = isDoubtful(first.attempts) ? await tryOnce(host, port, deadline) : first;
  if (last instanceof TcpConnection) return last;
  const refusal = await explainRefusal(last.attempts);
  throw new ConnectError(refusal, connectFailureText[refusal], { cause: last.error });
}

interface Refused {
  readonly attempts: readonly RefusedAttempt[];
  readonly error: Error;
}

/** Throws ConnectError unless it is one of the reasons that Bun does not tell apart. */
function tryOnce(
  host: string,
  port: number,
  deadline: AbortSignal,
): Promise<TcpConnection | Refused> {
  const { promise, resolve, reject } = Promise.withResolvers<TcpConnection | Refused>();
  if (deadline.aborted) {
    reject(deadline.reason);
    return promise;
  }
  const socket = net.connect({ host, port, noDelay: true });
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
    const reason = deadline.reason as ConnectError;
    const isLookedUp = net.isIP(host) !== 0 || attempts.haveBegun;
    reject(
      reason.failure === "timed-out" && !isLookedUp
        ? new ConnectError("no-name-server", connectFailureText["no-name-server"])
        : reason,
    );
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

  /** Not as long as the name is being looked up. */
  get haveBegun(): boolean {
    return this.#spans.size > 0;
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
  return lookupFailure(error) ?? (isRouteError(error.code) ? "no-route" : null);
}
