import { loadSettings } from "../config/load-settings.ts";
import { formatSettings, formatSettingsMarkdown } from "../config/settings-text.ts";
import type { GivenSettings, SettingsSources } from "../config/settings-sources.ts";

/** The text that `veyon-webapi config` prints. Throws SettingsError. */
export function runConfig(
  command: { readonly given: GivenSettings; readonly markdown: boolean },
  sources: SettingsSources,
): string {
  if (command.markdown) return formatSettingsMarkdown();
  return formatSettings(loadSettings(command.given, sources));
}
