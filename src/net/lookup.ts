import { lookup } from "node:dns/promises";
import { ConnectError, connectFailureText } from "./connect-error.ts";

/** The addresses that a host's name stands for. Throws ConnectError. */
export async function lookUp(host: string, timeoutMs: number): Promise<readonly string[]> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(lookupError(host, "no-name-server")), timeoutMs);
  try {
    const found = await Promise.race([lookup(host, { all: true }), late]);
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    throw lookupError(host, lookupFailure(error as NodeJS.ErrnoException) ?? "unknown-name", error);
  } finally {
    clearTimeout(timer);
  }
}

/** Null when it is none of the lookup. */
export function lookupFailure({ code, syscall }: NodeJS.ErrnoException) {
  if (code === "EAI_AGAIN") return "no-name-server";
  return syscall === "getaddrinfo" || code === "ENOTFOUND" ? "unknown-name" : null;
}

function lookupError(
  host: string,
  failure: "unknown-name" | "no-name-server",
  cause?: unknown,
): ConnectError {
  return new ConnectError(failure, `Cannot find ${host}: ${connectFailureText[failure]}`, {
    cause,
  });
}
