import { LRUCache } from "lru-cache";
import type { Asker } from "../net/asker.ts";
import { ConnectError, type ConnectFailure } from "../net/connect-error.ts";
import type { Dialler } from "../net/dial.ts";
import type { HostGuard } from "../net/host-guard.ts";
import { ping } from "../net/ping.ts";
import { inTurn } from "../net/turns.ts";
import { FairQueue } from "../scheduling/fair-queue.ts";
import { SharedTasks } from "../scheduling/shared-tasks.ts";
import { formatHostAddress, type HostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import { keyOf } from "./method-probe.ts";
import { unconnected } from "./veyon-connection.ts";

export type Reachability = "online" | "up" | "down";

/**
 * The whole answer is there within 3 s, as with the reference. The system repeats the first packet
 * of a connect after a second.
 */
const connectTimeoutMs = 1700;
const pingTimeoutMs = 1000;

/** Each is a process. */
const pingLimits = { what: "pings", runningMax: 16, waitingMax: 256 };

/** A page that shows a room asks for each computer again and again. */
const answerAgeMaxMs = 1000;
const answersMax = 4096;

/** After which a computer may still answer a ping. */
const worthPinging: readonly ConnectFailure[] = ["refused", "timed-out"];

/** Of this server, so that nothing is known, or may be known, of the host. */
const ownFailures: readonly ConnectFailure[] = [
  "overloaded",
  "no-descriptors",
  "cancelled",
  "not-allowed",
];

/** Tells whether Veyon Servers listen, or at least their computers answer. */
export class ReachabilityProbe {
  readonly #dialler: Dialler;
  readonly #pings = new FairQueue(pingLimits);
  readonly #underWay = new SharedTasks<Reachability>();
  readonly #answers = new LRUCache<string, Reachability>({ max: answersMax, ttl: answerAgeMaxMs });

  constructor(dialler: Dialler) {
    this.#dialler = dialler;
  }

  /** Throws HostError when it cannot be found out. */
  async state(address: HostAddress, asker: Asker): Promise<Reachability> {
    const { signal, caller, guard = null } = asker;
    this.#checkAllowed(address, guard);
    const key = keyOf(address, guard);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    // Nobody waits for a turn in the line of somebody else.
    try {
      return await this.#underWay.run(`${caller} ${key}`, signal, async (abandoned) => {
        const state = await this.#probe(address, { ...asker, signal: abandoned });
        this.#answers.set(key, state);
        return state;
      });
    } catch (error) {
      throw signal.aborted ? HostError.abandoned(formatHostAddress(address), error) : error;
    }
  }

  #checkAllowed(address: HostAddress, guard: HostGuard | null): void {
    try {
      this.#dialler.check(address, guard);
    } catch (error) {
      throw unconnected(error);
    }
  }

  async #probe(address: HostAddress, asker: Asker): Promise<Reachability> {
    try {
      const options = { ...address, ...asker, timeoutMs: connectTimeoutMs };
      const connection = await this.#dialler.dial(options);
      connection.close();
      return "online";
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      if (ownFailures.includes(error.failure)) throw unconnected(error);
      if (!worthPinging.includes(error.failure)) return "down";
      return (await this.#ping(address, asker)) ? "up" : "down";
    }
  }

  /** Behind a closed port as well, since a router or a firewall may refuse in its place. */
  async #ping({ host }: HostAddress, asker: Asker): Promise<boolean> {
    try {
      const [address] = await this.#dialler.lookUp({
        host,
        ...asker,
        timeoutMs: pingTimeoutMs,
      });
      return await inTurn(this.#pings, asker.caller, asker.signal, () =>
        ping(address, pingTimeoutMs),
      );
    } catch (error) {
      throw unconnected(error);
    }
  }
}
