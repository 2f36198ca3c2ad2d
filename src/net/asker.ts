import type { HostGuard } from "./host-guard.ts";

/** Who wants something of the network. */
export interface Asker {
  /** Aborted when it is not wanted any more. */
  readonly signal: AbortSignal;
  /** Whose turn it takes: the address of an API's client, or what else asks. */
  readonly caller: string;
  /** Which hosts he may call, beside that of all; null and absent: any. */
  readonly guard?: HostGuard | null;
}
