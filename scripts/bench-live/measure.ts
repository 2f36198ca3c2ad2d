import { cpuMs } from "../bench/process-usage.ts";
import { median } from "../bench/statistics.ts";
import { agesOf } from "./ages.ts";
import type { Change, SceneName, Stage } from "./scene.ts";
import type { Viewer } from "./viewer.ts";

const changeEveryMs = 100;

/** One way to look at the screen. */
export interface Way {
  readonly name: WayName;
  open(): Promise<Viewer>;
  /** The processes that stand between the host and the viewers. */
  pids(): number[];
}

export type WayName = "live" | "poll" | "websockify";

/** What was found out, of one viewer among so many. */
export interface Finding {
  /** CPU time of the server, of all viewers together, for each change that was shown. */
  readonly cpuMs: number;
  /** The same of the host's VNC server. */
  readonly hostCpuMs: number;
  readonly bytes: number;
  /** The median of all changes. */
  readonly ageMs: number;
  /** The part of the changes that were shown, before the next one took their place. */
  readonly shownShare: number;
}

export interface Times {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** `hostPids`: of the host's VNC server. */
export async function measure(
  way: Way,
  viewerCount: number,
  { stage, name }: { readonly stage: Stage; readonly name: SceneName },
  hostPids: readonly number[],
  { warmUpMs, measuredMs }: Times,
): Promise<Finding> {
  const viewers: Viewer[] = [];
  try {
    while (viewers.length < viewerCount) viewers.push(await way.open());
    await changeFor(stage, name, warmUpMs);
    const [first] = viewers;
    for (const viewer of viewers) viewer.shown.length = 0;
    const bytesBefore = first.receivedBytes;
    const before = way.pids().map((pid) => ({ pid, ms: cpuMs(pid) }));
    const hostBefore = hostPids.map((pid) => ({ pid, ms: cpuMs(pid) }));
    const changes = await changeFor(stage, name, measuredMs);
    // What is on its way comes, too.
    await Bun.sleep(changeEveryMs * 3);
    const used = usedSince(before);
    const hostUsed = usedSince(hostBefore);
    const bytes = first.receivedBytes - bytesBefore;
    const ages = (await agesOf(changes, first.shown)).filter((age) => !Number.isNaN(age));
    return {
      cpuMs: used / ages.length,
      hostCpuMs: hostUsed / ages.length,
      bytes: bytes / ages.length,
      ageMs: median(ages),
      shownShare: ages.length / changes.length,
    };
  } finally {
    for (const viewer of viewers) viewer.close();
    await Bun.sleep(500);
  }
}

/**
 * Each at a time of its own in its tenth of a second: otherwise who polls would meet all at the
 * same age.
 */
async function changeFor(stage: Stage, name: SceneName, ms: number): Promise<Change[]> {
  const changes: Change[] = [];
  const startMs = performance.now();
  for (let dueAtMs = startMs; dueAtMs < startMs + ms; dueAtMs += changeEveryMs) {
    const atMs = dueAtMs + Math.random() * changeEveryMs;
    await Bun.sleep(Math.max(0, atMs - performance.now()));
    changes.push(await stage.change(name));
  }
  return changes;
}

function usedSince(before: readonly { readonly pid: number; readonly ms: number }[]): number {
  return before.reduce((sum, { pid, ms }) => sum + cpuMs(pid) - ms, 0);
}
