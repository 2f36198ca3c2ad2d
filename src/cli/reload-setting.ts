import { type SettingName, type Settings, settingsSchema } from "../config/settings-schema.ts";
import type { Reloadable } from "./reload.ts";

interface Taken {
  /** For the log, and the same as long as the setting is. */
  readonly textOf: (settings: Settings) => string;
  readonly use: (settings: Settings) => void;
}

/** A setting that is taken over as it is. `running`: the text of what is in use at the start. */
export function settingReload(
  name: SettingName,
  running: string,
  { textOf, use }: Taken,
): Reloadable {
  let text = running;
  return {
    settings: [name],
    async prepare(settings) {
      const newText = textOf(settings);
      if (newText === text) return [];
      const apply = () => {
        text = newText;
        use(settings);
      };
      return [{ what: `${settingsSchema[name].key} is ${newText}`, apply }];
    },
  };
}
