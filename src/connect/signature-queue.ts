import type { Asker } from "../net/asker.ts";
import { ConnectError } from "../net/connect-error.ts";
import { inTurn } from "../net/turns.ts";
import { FairQueue } from "../scheduling/fair-queue.ts";
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

  /** Throws HostError (overloaded) when too many wait, or its turn does not come in time. */
  for({ signal, caller }: Asker): Sign {
    return async (challenge, key) => {
      try {
        return await inTurn(this.#queue, caller, signal, () => signChallenge(challenge, key));
      } catch (cause) {
        if (!(cause instanceof ConnectError)) throw cause;
        throw new HostError("overloaded", cause.message, { cause });
      }
    };
  }
}
