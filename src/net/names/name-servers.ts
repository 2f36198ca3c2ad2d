/**
 * Name servers are asked by c-ares, in Bun's node:dns: on the thread of the event loop, without
 * one of the threads on which getaddrinfo waits and pictures are encoded, and it can be given up.
 * In Bun 1.4.5 a Resolver reads resolv.conf for the servers alone, and once: hence one for each
 * lookup (0.1 ms), and the search list of our own. `Bun.dns.lookup` with c-ares knows all that, and
 * neither gives up nor notices that resolv.conf has changed.
 */
import { Resolver } from "node:dns/promises";
import { settlesWithin } from "../../scheduling/deadline.ts";
import type { Answer, LookupFailure } from "./answer-source.ts";

/** For one try at one server; Bun 1.4.5 looks at the clock once a second. */
const tryTimeoutMs = 1000;

const tries = 2;

/** When one kind of address is there already: some servers never answer questions about IPv6. */
const otherKindWaitMs = 250;

/** `servers`: those of the system if it is null. Throws the signal's reason when it is aborted. */
export async function askNameServers(
  names: readonly string[],
  servers: readonly string[] | null,
  signal: AbortSignal,
): Promise<Answer> {
  let failure: LookupFailure = "unknown-name";
  for (const name of names) {
    const replies = await askForBothKinds(name, servers, signal);
    signal.throwIfAborted();
    const addresses = replies.flatMap((reply) => reply.addresses);
    if (addresses.length > 0) return addresses;
    const verdicts = replies.map(({ code }) => verdictOf(code));
    // Nobody who could be asked for the next name.
    if (verdicts.includes("silent")) return "no-name-server";
    if (verdicts.includes("unable")) failure = "no-name-server";
  }
  return failure;
}

interface Reply {
  readonly addresses: readonly string[];
  /** Of c-ares; null when it is none of its errors. */
  readonly code: string | null;
}

async function askForBothKinds(
  name: string,
  servers: readonly string[] | null,
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: tryTimeoutMs, tries });
  if (servers !== null) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const asked = [toReply(resolver.resolve4(name)), toReply(resolver.resolve6(name))];
    const both = Promise.all(asked);
    const first = await Promise.race(asked);
    if (first.addresses.length > 0 && !(await settlesWithin(both, otherKindWaitMs))) cancel();
    return await both;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function toReply(asked: Promise<readonly string[]>): Promise<Reply> {
  try {
    return { addresses: await asked, code: null };
  } catch (error) {
    return { addresses: [], code: (error as NodeJS.ErrnoException).code ?? null };
  }
}

function verdictOf(code: string | null): "unknown" | "silent" | "unable" {
  switch (code) {
    case "ENOTFOUND":
    case "ENODATA":
    case "EBADNAME":
      return "unknown";
    case "ETIMEOUT":
    case "ECONNREFUSED":
      return "silent";
    default:
      return "unable";
  }
}
