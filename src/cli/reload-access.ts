import type { AccessTokens } from "../access/access-tokens.ts";
import type { Settings } from "../config/settings-schema.ts";
import type { Dialler } from "../net/dial.ts";
import { allowedHosts } from "./create-connector.ts";
import type { Reloadable } from "./reload.ts";
import { settingReload } from "./reload-setting.ts";

const allHosts = "empty: all hosts";

/**
 * Counts for what is called from then on, on the port that is in use. What is connected stays so.
 */
export function allowedHostsReload(started: Settings, dialler: Dialler): Reloadable {
  const { veyonServerPort } = started;
  const read = (settings: Settings) => allowedHosts({ ...settings, veyonServerPort });
  return settingReload("allowedHosts", dialler.guard?.id ?? allHosts, {
    textOf: (settings) => read(settings)?.id ?? allHosts,
    use: (settings) => dialler.allow(read(settings)),
  });
}

/** The file is followed anyway; somebody may want to be sure. */
export function accessTokensReload(tokens: AccessTokens): Reloadable {
  return {
    settings: [],
    async prepare() {
      const change = await tokens.prepareChange();
      return change === null ? [] : [{ what: "access tokens", apply: change }];
    },
  };
}
