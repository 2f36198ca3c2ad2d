import { userInfo } from "node:os";
import { BufferPool } from "../bytes/buffer-pool.ts";
import type { Settings } from "../config/settings-schema.ts";
import { HostConnector } from "../hosts/host-connector.ts";
import type { HostSessionOptions } from "../hosts/host-session.ts";
import { MemoryBudget } from "../scheduling/memory-budget.ts";
import { TimeSlicer } from "../scheduling/time-slicer.ts";
import { defaultScreenBytes } from "./screen-memory.ts";
import { readAuthorities } from "./tls-files.ts";

/** Memory that is kept for updates of all hosts: two full HD screens. */
const updatePoolBytesMax = 16 * 1024 * 1024;

/** Throws SettingsError. `sessionOptions`: what no setting says. */
export async function createConnector(
  settings: Settings,
  sessionOptions: Partial<HostSessionOptions> = {},
): Promise<HostConnector> {
  const screenBytesMax = settings.screenMemoryBytes ?? defaultScreenBytes();
  return new HostConnector({
    connectTimeoutMs: settings.connectTimeoutMs,
    certificateAuthorities: await readAuthorities(settings),
    userName: userInfo().username,
    updateIntervalMs: settings.computerMonitoringUpdateIntervalMs,
    slicer: new TimeSlicer(),
    memory: new MemoryBudget(screenBytesMax, "WebAPI/ScreenMemory"),
    pool: new BufferPool(updatePoolBytesMax),
    ...sessionOptions,
  });
}
