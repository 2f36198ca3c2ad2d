import type { Settings } from "../config/settings-schema.ts";
import { HostConnector } from "../connect/host-connector.ts";
import { readAuthorities } from "./tls-files.ts";
import { userName } from "./user-name.ts";

/** Throws SettingsError. */
export async function createConnector(settings: Settings): Promise<HostConnector> {
  return new HostConnector({
    connectTimeoutMs: settings.connectTimeoutMs,
    certificateAuthorities: await readAuthorities(settings),
    userName: userName(),
  });
}
