/** Our own protocol client without a server around it: the floor below which no server gets. */
import { createPrivateKey } from "node:crypto";
import { createConnector } from "../../src/cli/create-connector.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import { emptyWorld } from "../../src/config/settings-sources.ts";
import type { HostSession } from "../../src/hosts/host-session.ts";
import type { Bench } from "./bench.ts";

const givenUpAfterMs = 60_000;

const given = { veyonConfigFile: null, configFile: null, flags: [] };
const connector = await createConnector(loadSettings(given, emptyWorld).values);

/** Connects and logs in; the first picture is on its way. */
export async function openBareSession(port: number, key: Bench["key"]): Promise<HostSession> {
  const signal = AbortSignal.timeout(givenUpAfterMs);
  const veyon = await connector.dial({ host: "127.0.0.1", port }, { signal });
  const privateKey = createPrivateKey(key.privateKey);
  const credentials = { method: "AuthKeys", keyName: key.name, privateKey } as const;
  return connector.logIn(veyon, credentials, { signal });
}
