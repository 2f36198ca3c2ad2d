import { settingsSchema } from "../config/settings-schema.ts";
import type { RootLogger } from "../log/logger.ts";
import type { Reloadable } from "./reload.ts";

export function logLevelReload(log: RootLogger): Reloadable {
  return {
    settings: ["logLevel"],
    async prepare({ logLevel }) {
      if (logLevel === log.level) return [];
      const what = `${settingsSchema.logLevel.key} is ${logLevel}`;
      const apply = () => {
        log.level = logLevel;
      };
      return [{ what, apply }];
    },
  };
}
