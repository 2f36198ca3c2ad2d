/** File descriptors: each socket takes one, and the system sets a limit. */
import { readFileSync } from "node:fs";
import { ConnectError } from "./connect-error.ts";

/** Read at the start, since it takes a descriptor. Null where the system does not say it so. */
const descriptorsMax = readLimit();

/** Its limits, in columns: name, the one that holds, the highest that may be set. */
function readLimit(): string | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return /^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Whether the process, or the whole system, has no descriptor left. */
export function isShortage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE";
}

export function shortageError(cause: unknown): ConnectError {
  const ofWhat =
    (cause as NodeJS.ErrnoException).code === "ENFILE"
      ? "this computer has no file descriptors left"
      : `this server has no file descriptors left${descriptorsMax === null ? "" : `: its limit is ${descriptorsMax}`}`;
  return new ConnectError("no-descriptors", ofWhat, { cause });
}
