import type { RootLogger } from "../log/logger.ts";
import type { Reloadable } from "./reload.ts";
import { settingReload } from "./reload-setting.ts";

export function logLevelReload(log: RootLogger): Reloadable {
  return settingReload("logLevel", log.level, {
    textOf: ({ logLevel }) => logLevel,
    use: ({ logLevel }) => {
      log.level = logLevel;
    },
  });
}
