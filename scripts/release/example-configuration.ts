import { settingNames, settingsSchema } from "../../src/config/settings-schema.ts";

/**
 * A file for --config that changes nothing: every setting with its default, behind a comment sign.
 */
export function exampleConfiguration(): string {
  const settings = settingNames.map((name) => settingsSchema[name]);
  const groups = Map.groupBy(settings, ({ key }) => key.split("/")[0]);
  const sections = [...groups].map(([group, entries]) => {
    const lines = entries.map(({ key, default: value, meaning, allowed, unit }) => {
      const wanted = unit === "" ? allowed : `${allowed}, in ${unit}`;
      return `# ${meaning}\n# (${wanted})\n#${key.slice(group.length + 1)}=${value}\n`;
    });
    return [`[${group}]\n`, ...lines].join("\n");
  });
  return [`${head}\n`, ...sections].join("\n");
}

const head = `# Settings of veyon-webapi: take the # away in front of a name to change its value. Veyon's own
# configuration counts where nothing is said here; "veyon-webapi config" prints what is in effect.`;
