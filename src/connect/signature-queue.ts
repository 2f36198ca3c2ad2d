import type { Asker } from "../net/asker.ts";
import { FairQueue, QueueFullError } from "../scheduling/fair-queue.ts";
import type { Sign } from "../veyon/authentication.ts";
import { signChallenge } from "../veyon/crypto.ts";
import { HostError } from "./host-error.ts";

/**
 * One at a time: node:crypto signs on the threads on which Bun also deflates and encodes, of which
 * there are two on a small computer, and so does WebCrypto (Bun 1.4.5).
 */
const signatureLimits = { what: "signatures", runningMax: 1, waitingMax: 1024 };

/** Signs for logins, callers in turn. */
export class SignatureQueue {
  readonly #queue = new FairQueue(signatureLimits);

  /** Throws HostError (overloaded) instead of a signature when too many wait, or in its time. */
  for({ signal, caller }: Asker): Sign {
    return async (challenge, key) => {
      try {
        return await this.#queue.run(caller, signal, () => signChallenge(challenge, key));
      } catch (error) {
        if (error instanceof QueueFullError) throw new HostError("overloaded", error.message);
        if (!signal.aborted) throw error;
        throw new HostError("overloaded", "no turn in time among the signatures of this server");
      }
    };
  }
}
