import { type FairQueue, QueueFullError } from "../scheduling/fair-queue.ts";
import { ConnectError } from "./connect-error.ts";

/**
 * What the task gives. Throws ConnectError (overloaded) if it does not get a turn in time, and the
 * signal's reason.
 */
export async function inTurn<T>(
  queue: FairQueue,
  caller: string,
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let hasBegun = false;
  try {
    return await queue.run(caller, signal, () => {
      hasBegun = true;
      return task();
    });
  } catch (cause) {
    if (cause instanceof QueueFullError) throw new ConnectError("overloaded", cause.message);
    if (hasBegun) throw cause;
    throw new ConnectError("overloaded", `no turn in time among the ${queue.what} of this server`, {
      cause,
    });
  }
}
