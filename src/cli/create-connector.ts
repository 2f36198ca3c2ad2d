import type { Settings } from "../config/settings-schema.ts";
import { HostConnector } from "../connect/host-connector.ts";
import { LimitedLog } from "../log/limited-log.ts";
import type { Logger } from "../log/logger.ts";
import { Dialler } from "../net/dial.ts";
import { readAuthorities } from "./tls-files.ts";
import { userName } from "./user-name.ts";

/** A server without descriptors fails at everything, and says so once a minute. */
export function createDialler(log: Logger): Dialler {
  const shortage = new LimitedLog(log.error, "no file descriptors left", 1);
  return new Dialler({ onShortage: ({ message }) => shortage.line({ reason: message }) });
}

/** Throws SettingsError. */
export async function createConnector(
  settings: Settings,
  dialler = new Dialler(),
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
