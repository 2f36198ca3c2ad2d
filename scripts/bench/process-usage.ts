/** What a process has used so far, from Linux. */
import { dlopen } from "bun:ffi";
import { readFileSync } from "node:fs";

const libc = dlopen("libc.so.6", {
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
});

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

/** CPU time of its first thread, in ms: in Bun, the one that runs JavaScript. */
export function firstThreadMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

/** Resident memory, in bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** A process that is measured: CPU time used so far, in ms. */
export interface Measured {
  cpuMs(): number;
  /** The part of it that the JavaScript thread has used; NaN where there is none. */
  jsThreadMs(): number;
}

export interface Usage {
  readonly cpuMs: number;
  readonly jsThreadMs: number;
}

export function usageOf(process: Measured): Usage {
  return { cpuMs: process.cpuMs(), jsThreadMs: process.jsThreadMs() };
}

/** What has been used since, divided by a number of pictures. */
export function usedSince(process: Measured, earlier: Usage, pictures = 1): Usage {
  const now = usageOf(process);
  return {
    cpuMs: (now.cpuMs - earlier.cpuMs) / pictures,
    jsThreadMs: (now.jsThreadMs - earlier.jsThreadMs) / pictures,
  };
}
