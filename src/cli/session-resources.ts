import { totalmem } from "node:os";
import { BufferPool } from "../bytes/buffer-pool.ts";
import type { Settings } from "../config/settings-schema.ts";
import type { SessionResources } from "../hosts/host-session.ts";
import { HostTraffic } from "../hosts/host-traffic.ts";
import { MemoryBudget } from "../scheduling/memory-budget.ts";
import { TimeSlicer } from "../scheduling/time-slicer.ts";

/** Memory that is kept for updates of all hosts: two full HD screens. */
const updatePoolBytesMax = 16 * 1024 * 1024;

/** What the rest of the program takes, pictures on their way included. */
const ownBytes = 256 * 1024 * 1024;

/**
 * Of what is then left, for screens; the rest is for pictures in the cache, and for other programs.
 */
const screensShare = 0.6;

const screenBytesMin = 64 * 1024 * 1024;

/** What the sessions with hosts share. */
export function createSessionResources(settings: Settings): SessionResources {
  const screenBytesMax = settings.screenMemoryBytes ?? defaultScreenBytes();
  return {
    slicer: new TimeSlicer(),
    memory: new MemoryBudget(screenBytesMax, "WebAPI/ScreenMemory"),
    pool: new BufferPool(updatePoolBytesMax),
    traffic: new HostTraffic(),
    updateIntervalMs: settings.computerMonitoringUpdateIntervalMs,
  };
}

/**
 * Bytes that the screens of all hosts may take by default on this computer, or in this container.
 */
function defaultScreenBytes(memoryBytes = availableBytes()): number {
  return Math.max(screenBytesMin, Math.floor((memoryBytes - ownBytes) * screensShare));
}

/** A container's limit counts, where there is one. */
function availableBytes(): number {
  return process.constrainedMemory() || totalmem();
}
