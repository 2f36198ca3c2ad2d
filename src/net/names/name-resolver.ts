import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { Asker } from "../asker.ts";
import { ConnectError, connectFailureText } from "../connect-error.ts";
import { isShortage, shortageError } from "../descriptors.ts";
import { inOrderOfTrial } from "./address-order.ts";
import { AnswerSource, type Answer, type LookupFailure } from "./answer-source.ts";
import { type HostsFile, openHostsFile } from "./hosts-file.ts";
import { askNameServers } from "./name-servers.ts";
import { candidates, openSearchRules, type SearchRulesFile } from "./search-list.ts";
import { askSystem } from "./system-lookup.ts";

/** Each is a socket or two. */
const lookupLimits = { what: "name lookups", runningMax: 256, waitingMax: 1024 };

/** Few, since each may be a process, or a thread that waits. */
const systemLookupLimits = {
  what: "name lookups by the system",
  runningMax: 2,
  waitingMax: 256,
};

/** Where addresses come from; what is absent is the system's. */
export interface NameSources {
  readonly hosts: HostsFile;
  readonly searchRules: SearchRulesFile;
  /** Null: those that resolv.conf names now, or the system by other means. */
  readonly servers: readonly string[] | null;
  readonly askSystem: (name: string) => Promise<Answer>;
}

/**
 * Finds the addresses of names as getaddrinfo does, hosts file, search domains and all, but without
 * its threads: a name that nobody answers holds up nobody.
 */
export class NameResolver {
  readonly #hosts: HostsFile;
  readonly #nameServers: AnswerSource;
  readonly #system: AnswerSource;

  constructor(sources: Partial<NameSources> = {}) {
    const { searchRules = openSearchRules(), servers = null } = sources;
    this.#hosts = sources.hosts ?? openHostsFile();
    this.#nameServers = new AnswerSource({
      ...lookupLimits,
      canBeGivenUp: true,
      ask: (name, abandoned) =>
        askNameServers(candidates(name, searchRules.value), servers, abandoned),
    });
    this.#system = new AnswerSource({
      ...systemLookupLimits,
      canBeGivenUp: false,
      ask: sources.askSystem ?? askSystem,
    });
  }

  /**
   * The addresses that a host's name stands for, in the order in which they are to be tried; an
   * address stands for itself. Throws ConnectError.
   */
  async lookUp(host: string, asker: Asker): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    const name = host.toLowerCase();
    try {
      const known = this.#hosts.value.get(name) ?? loopbackOf(name);
      return await (known === null ? this.#ask(name, asker) : inOrderOfTrial(known));
    } catch (error) {
      if (isShortage(error)) throw shortageError(error);
      const { aborted, reason } = asker.signal;
      // A deadline says nothing of the host: it is nobody who has answered for its name.
      const isDeadline = error === reason && reason.failure !== "cancelled";
      if (!aborted || (error instanceof ConnectError && !isDeadline)) throw error;
      throw lookupError("no-name-server", error);
    }
  }

  async #ask(name: string, asker: Asker): Promise<readonly string[]> {
    const answer = await this.#nameServers.answer(toAscii(name), asker);
    if (typeof answer !== "string") return inOrderOfTrial(answer);
    const last = await this.#askSystem(name, asker, answer);
    // In its own order.
    if (typeof last !== "string") return last;
    throw lookupError(answer);
  }

  async #askSystem(name: string, asker: Asker, failure: LookupFailure): Promise<Answer> {
    try {
      return await this.#system.answer(name, asker);
    } catch (error) {
      // When name servers are out of order, all names come here, and that is then the reason.
      const isOverloaded = error instanceof ConnectError && error.failure === "overloaded";
      if (isOverloaded && failure === "no-name-server") return failure;
      throw error;
    }
  }
}

function lookupError(failure: LookupFailure, cause?: unknown): ConnectError {
  return new ConnectError(failure, connectFailureText[failure], { cause });
}

/** Always this computer (RFC 6761). */
function loopbackOf(name: string): readonly string[] | null {
  return /^(.*\.)?localhost\.?$/.test(name) ? ["127.0.0.1", "::1"] : null;
}

/** As name servers know it: `schüler-01` is `xn--schler-01-s9a`. */
function toAscii(name: string): string {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(name) ? name : domainToASCII(name) || name;
}
