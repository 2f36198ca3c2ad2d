import { loadSettings } from "../config/load-settings.ts";
import { formatSettings, formatSettingsMarkdown } from "../config/settings-text.ts";
import type { GivenSettings, SettingsWorld } from "../config/settings-sources.ts";

/** The text that `veyon-webapi config` prints. Throws SettingsError. */
export function runConfig(
  command: { readonly given: GivenSettings; readonly markdown: boolean },
  world: SettingsWorld,
): string {
  if (command.markdown) return formatSettingsMarkdown();
  return formatSettings(loadSettings(command.given, world));
}
