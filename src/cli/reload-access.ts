import type { AccessTokens } from "../access/access-tokens.ts";
import { settingsSchema } from "../config/settings-schema.ts";
import type { Dialler } from "../net/dial.ts";
import { allowedHosts } from "./create-connector.ts";
import type { Reloadable } from "./reload.ts";

/** Counts for what is called from then on. What is connected stays so. */
export function allowedHostsReload(dialler: Dialler): Reloadable {
  return {
    settings: ["allowedHosts"],
    async prepare(settings) {
      const guard = allowedHosts(settings);
      if (guard?.id === dialler.guard?.id) return [];
      const what = `${settingsSchema.allowedHosts.key} is ${guard?.id ?? "empty: all hosts"}`;
      return [{ what, apply: () => dialler.allow(guard) }];
    },
  };
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
