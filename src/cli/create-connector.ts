import { userInfo } from "node:os";
import type { Settings } from "../config/settings-schema.ts";
import { HostConnector } from "../hosts/host-connector.ts";
import type { HostSessionOptions } from "../hosts/host-session.ts";
import { decodeJpeg } from "../image/decode-jpeg.ts";
import { readAuthorities } from "./tls-files.ts";

/** Throws SettingsError. `sessionOptions`: what no setting says. */
export function createConnector(
  settings: Settings,
  sessionOptions: Partial<HostSessionOptions> = {},
): HostConnector {
  return new HostConnector({
    connectTimeoutMs: settings.connectTimeoutMs,
    certificateAuthorities: readAuthorities(settings),
    userName: userInfo().username,
    updateIntervalMs: settings.computerMonitoringUpdateIntervalMs,
    decodeJpeg,
    ...sessionOptions,
  });
}
