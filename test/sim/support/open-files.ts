import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { until } from "./until.ts";

const listening = "0A";

/**
 * The connections of a process to a port of this computer, also those that are not answered yet.
 */
export function socketsTo(port: number, pid: number | "self" = "self"): number {
  return socketsOf(pid).filter(({ remotePort }) => remotePort === port).length;
}

/** The connections that this process has accepted on a port. */
export function socketsAt(port: number): number {
  return socketsOf("self").filter(({ localPort }) => localPort === port).length;
}

/** Settles when there are none; there is no event for it. */
export async function untilNoSocketsTo(port: number): Promise<void> {
  await until(`no sockets to port ${port}`, () => socketsTo(port) === 0);
}

export async function untilNoSocketsAt(port: number): Promise<void> {
  await until(`no sockets at port ${port}`, () => socketsAt(port) === 0);
}

/** From proc_net_tcp(5): the third and second columns end in the ports, the tenth is the inode. */
function socketsOf(pid: number | "self"): { localPort: number; remotePort: number }[] {
  const inodes = inodesOf(pid);
  const lines = ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/self/net/${name}`, "utf8").split("\n").slice(1, -1),
  );
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state !== listening && inodes.has(inode))
    .map(([, local, remote]) => ({ localPort: portOf(local), remotePort: portOf(remote) }));
}

function portOf(address: string): number {
  return Number.parseInt(address.split(":")[1], 16);
}

function inodesOf(pid: number | "self"): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      if (match !== null) inodes.add(match[1]);
    } catch {
      // Closed since the folder was read.
    }
  }
  return inodes;
}
