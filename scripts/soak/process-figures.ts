/** What a process holds, from Linux. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly threads: number;
}

/** Throws when the process is gone. */
export function processFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)![1]);
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return {
    residentBytes: number("VmRSS") * 1024,
    descriptors: links.length,
    sockets: links.filter((link) => link.startsWith("socket:")).length,
    threads: number("Threads"),
  };
}
