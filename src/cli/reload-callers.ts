import type { BrowserRules } from "../access/browser-rules.ts";
import { HostNames } from "../access/host-names.ts";
import { type SettingName, type Settings, settingsSchema } from "../config/settings-schema.ts";
import type { ClientAddresses } from "../http/client-address.ts";
import type { Reloadable } from "./reload.ts";

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
    listReload("allowedHostNames", started, ({ allowedHostNames, bindAddress }) => {
      rules.hostNames = HostNames.from(allowedHostNames, bindAddress);
    }),
    listReload("trustedProxies", started, ({ trustedProxies }) => clients.trust(trustedProxies)),
  ];
}

function listReload(
  name: "allowedOrigins" | "allowedHostNames" | "trustedProxies",
  started: Settings,
  use: (settings: Settings) => void,
): Reloadable {
  let text = textOf(started[name]);
  return {
    settings: [name] satisfies SettingName[],
    async prepare(settings) {
      const newText = textOf(settings[name]);
      if (newText === text) return [];
      const what = `${settingsSchema[name].key} is ${newText === "" ? "empty" : newText}`;
      const apply = () => {
        text = newText;
        use(settings);
      };
      return [{ what, apply }];
    },
  };
}

function textOf(list: string | readonly string[] | { readonly text: string }): string {
  if (typeof list === "string") return list;
  return "text" in list ? list.text : list.join(" ");
}
