import type { BrowserRules } from "../access/browser-rules.ts";
import { type AllowedHostNames, HostNames } from "../access/host-names.ts";
import type { Settings } from "../config/settings-schema.ts";
import type { ClientAddresses } from "../http/client-address.ts";
import type { Reloadable } from "./reload.ts";
import { settingReload } from "./reload-setting.ts";

interface Callers {
  readonly rules: BrowserRules;
  readonly clients: ClientAddresses;
}

/** Who may call, and who is believed about it. Counts for the requests that come from then on. */
export function callersReload(started: Settings, { rules, clients }: Callers): Reloadable[] {
  return [
    listReload("allowedOrigins", started, ({ allowedOrigins }) => {
      rules.origins = allowedOrigins;
    }),
    listReload("allowedHostNames", started, ({ allowedHostNames }) => {
      // The address that is in use, whatever the settings now say.
      rules.hostNames = HostNames.from(allowedHostNames, started.bindAddress);
    }),
    listReload("trustedProxies", started, ({ trustedProxies }) => clients.trust(trustedProxies)),
  ];
}

function listReload(
  name: "allowedOrigins" | "allowedHostNames" | "trustedProxies",
  started: Settings,
  use: (settings: Settings) => void,
): Reloadable {
  const textOf = (settings: Settings) => describeList(settings[name]);
  return settingReload(name, textOf(started), { textOf, use });
}

function describeList(list: AllowedHostNames | { readonly text: string }): string {
  if (typeof list === "string") return list;
  const text = "text" in list ? list.text : list.join(" ");
  return text === "" ? "empty" : text;
}
