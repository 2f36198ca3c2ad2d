import type { LoadedSettings } from "../config/load-settings.ts";
import { settingNames, settingsSchema } from "../config/settings-schema.ts";
import type { Logger } from "../log/logger.ts";

/**
 * A line for each source that settings in effect come from, with their names, and for each file
 * that has been read, even when nothing of it is in effect; and one for each setting that is used
 * otherwise than it stands in Veyon's own configuration.
 */
export function logConfiguration(
  log: Logger,
  { sources, files, adjustments }: Omit<LoadedSettings, "values">,
): void {
  const names = Map.groupBy(settingNames, (name) => sources[name].source);
  const given = [...names.keys()].filter((source) => source !== "default");
  for (const source of new Set([...files, ...given])) {
    const keys = names.get(source)?.map((name) => settingsSchema[name].key) ?? [];
    log.info("configuration read", { source, settings: keys.join(" ") || "none" });
  }
  if (files.length === 0 && given.length === 0) {
    log.info("configuration read", { source: "defaults alone" });
  }
  for (const { key, found, used, source, reason } of adjustments) {
    log.warn("setting adjusted", { setting: key, found, used, file: source, reason });
  }
}
