import { environmentVariable } from "./environment.ts";
import type { LoadedSettings } from "./load-settings.ts";
import { settingNames, settingsSchema } from "./settings-schema.ts";

/**
 * The effective settings for a terminal: of each its value and source, then what it means and may
 * be.
 */
export function formatSettings({ sources, adjustments }: LoadedSettings): string {
  const rows = settingNames.map((name) => {
    const { key, unit } = settingsSchema[name];
    const { text, source } = sources[name];
    return { name, key, source, value: text === "" ? "(none)" : withUnit(text, unit) };
  });
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  const entries = rows.map(({ name, key, value, source }) => {
    const { meaning, allowed, unit, origin } = settingsSchema[name];
    const adjusted = adjustments.filter((each) => each.name === name);
    return [
      `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${source}`,
      ...adjusted.map(({ found, reason }) => `    found ${JSON.stringify(found)} there, ${reason}`),
      `    ${meaning}`,
      `    ${withUnit(allowed, unit)}; ${environmentVariable(key)}${origin === "ours" ? "; not Veyon's" : ""}`,
    ].join("\n");
  });
  return `${entries.join("\n\n")}\n`;
}

/**
 * All settings as a Markdown table, as it stands in the README, with a star for those of Veyon;
 * aligned as `bun fmt` aligns tables.
 */
export function formatSettingsMarkdown(): string {
  const rows = settingNames.map((name) => {
    const { key, default: text, unit, meaning, origin } = settingsSchema[name];
    const value = text === "" ? "" : `\`${text}\`${unit === "" ? "" : ` ${unit}`}`;
    return [`\`${key}\`${origin === "Veyon" ? " *" : ""}`, value, meaning];
  });
  return formatTable([["Setting", "Default", "Meaning"], ...rows]);
}

function formatTable(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const [head, ...body] = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])));
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function withUnit(text: string, unit: string): string {
  return unit === "" ? text : `${text} ${unit}`;
}
