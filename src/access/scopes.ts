import type { Uuid } from "../qt/uuid.ts";
import { featureIds } from "../veyon/feature-ids.ts";

/** What an access token may be good for. */
export const scopes = [
  /** Pictures and states of hosts. */
  "view",
  /** Mouse and keyboard of hosts. */
  "control",
  /** Starting and stopping of features, but for those of `power`. */
  "features",
  /**
   * What ends or begins somebody's work: switching computers on and off, logging users in and out.
   */
  "power",
  /** What is about many hosts: directories, Wake-on-LAN. */
  "fleet",
  /** Figures of this server. */
  "metrics",
] as const;

export type Scope = (typeof scopes)[number];

/** Those for which somebody has to log in to hosts. */
export const hostScopes = ["view", "control", "features", "power", "fleet"] as const;

const powerFeatures: ReadonlySet<Uuid> = new Set([
  featureIds.powerOn,
  featureIds.reboot,
  featureIds.powerDown,
  featureIds.powerDownNow,
  featureIds.installUpdatesAndPowerDown,
  featureIds.powerDownConfirmed,
  featureIds.powerDownDelayed,
  featureIds.userLogin,
  featureIds.userLogoff,
]);

/** What it takes to start or stop the feature. */
export function featureScope(feature: Uuid): Scope {
  return powerFeatures.has(feature) ? "power" : "features";
}
