import { AllowedHosts } from "../access/allowed-hosts.ts";
import { settingsSchema, type Settings } from "../config/settings-schema.ts";
import { HostConnector } from "../connect/host-connector.ts";
import { LimitedLog } from "../log/limited-log.ts";
import type { Logger } from "../log/logger.ts";
import { Dialler } from "../net/dial.ts";
import { readAuthorities } from "./tls-files.ts";
import { userName } from "./user-name.ts";

/** A server without descriptors fails at everything, and says so once a minute. */
export function createDialler(settings: Settings, log: Logger): Dialler {
  const shortage = new LimitedLog(log.error, "no file descriptors left", 1);
  return new Dialler({
    guard: allowedHosts(settings),
    onShortage: ({ message }) => shortage.line({ reason: message }),
  });
}

/** Throws SettingsError. */
export async function createConnector(
  settings: Settings,
  dialler = new Dialler({ guard: allowedHosts(settings) }),
): Promise<HostConnector> {
  const { connectTimeoutMs, veyonServerPort } = settings;
  return new HostConnector({
    dialler,
    connectTimeoutMs,
    certificateAuthorities: await readAuthorities(settings),
    allowsUnencrypted: settings.allowUnencryptedHosts,
    veyonServerPort,
    userName: userName(),
  });
}

/** Null: all. */
export function allowedHosts(settings: Settings): AllowedHosts | null {
  const { allowedHosts: list, veyonServerPort: defaultPort } = settings;
  if (list === null) return null;
  return new AllowedHosts({ list, defaultPort, holder: settingsSchema.allowedHosts.key });
}
