/** What a process uses, from Linux. */
import { dlopen } from "bun:ffi";
import { readdirSync, readFileSync } from "node:fs";

const libc = dlopen("libc.so.6", {
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
});

/**
 * What threads of Bun 1.4.5 are for, by their names in /proc/PID/task/TID/comm, which Linux cuts at
 * 15 characters. The main thread runs JavaScript; "codec" is Bun's pool, for zlib too; "other" is
 * also what threads have used that ended between two looks.
 */
const threadGroups = {
  main: null,
  JIT: /^JITWorker|^JSCWarmUp|Helper Thread$/,
  collector: /^HeapHelper|ollector Thread$/,
  allocator: /^mi-scavenger/,
  codec: /^Bun Pool/,
  workers: /^Worker/,
  other: null,
} as const;

export type ThreadGroup = keyof typeof threadGroups;
export const threadGroupNames = Object.keys(threadGroups) as readonly ThreadGroup[];

/** CPU time, in ms. */
export interface Usage {
  readonly cpuMs: number;
  /** The same by groups of threads. */
  readonly threadsMs: Readonly<Record<ThreadGroup, number>>;
}

/**
 * CPU time of all its threads, ended ones too, in ms. /proc/PID/stat has it in steps of 10 ms only;
 * the clock that clock_getcpuclockid(3) names, (~pid << 3) | 2, has it in nanoseconds.
 */
export function cpuMs(pid: number): number {
  const time = new BigInt64Array(2);
  if (libc.symbols.clock_gettime((~pid << 3) | 2, time) !== 0) {
    throw new Error(`Cannot read the CPU clock of process ${pid}`);
  }
  return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
}

/** Resident memory, in bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Tells what a process has used since it was asked the last time. */
export class UsageMeter {
  readonly #pid: number;
  #cpuMs = 0;
  #threadsMs: ReadonlyMap<string, number> = new Map();

  constructor(pid: number) {
    this.#pid = pid;
    this.lap();
  }

  lap(): Usage {
    const total = cpuMs(this.#pid);
    const used = total - this.#cpuMs;
    const threadsMs = Object.fromEntries(threadGroupNames.map((name) => [name, 0])) as Record<
      ThreadGroup,
      number
    >;
    const now = new Map<string, number>();
    for (const thread of readdirSync(`/proc/${this.#pid}/task`)) {
      const found = readThread(this.#pid, thread);
      if (found === null) continue;
      now.set(thread, found.ms);
      threadsMs[found.group] += found.ms - (this.#threadsMs.get(thread) ?? 0);
    }
    const known = Object.values(threadsMs).reduce((sum, ms) => sum + ms, 0);
    threadsMs.other += Math.max(0, used - known);
    this.#cpuMs = total;
    this.#threadsMs = now;
    return { cpuMs: used, threadsMs };
  }
}

/** Null when it has ended meanwhile. */
function readThread(pid: number, thread: string): { group: ThreadGroup; ms: number } | null {
  const directory = `/proc/${pid}/task/${thread}`;
  try {
    const name = readFileSync(`${directory}/comm`, "utf8").trim();
    const ms = Number(readFileSync(`${directory}/schedstat`, "utf8").split(" ")[0]) / 1e6;
    return { group: Number(thread) === pid ? "main" : groupOf(name), ms };
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

function groupOf(name: string): ThreadGroup {
  return threadGroupNames.find((group) => threadGroups[group]?.test(name)) ?? "other";
}

/** What several have used together, divided by a number of pictures or seconds. */
export function sumUsage(all: readonly Usage[], divisor: number): Usage {
  const sum = (of: (usage: Usage) => number) =>
    all.reduce((total, each) => total + of(each), 0) / divisor;
  const threadsMs = Object.fromEntries(
    threadGroupNames.map((group) => [group, sum((usage) => usage.threadsMs[group])]),
  ) as Record<ThreadGroup, number>;
  return { cpuMs: sum((usage) => usage.cpuMs), threadsMs };
}
