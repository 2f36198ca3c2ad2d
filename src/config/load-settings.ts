import { redactSecrets } from "../log/redact-secrets.ts";
import { SettingsError } from "./settings-error.ts";
import { findSetting, settingNames, settingsSchema } from "./settings-schema.ts";
import type { SettingName, Settings } from "./settings-schema.ts";
import { collectAssignments } from "./settings-sources.ts";
import type { Assignment, GivenSettings, SettingsSources } from "./settings-sources.ts";
import { suggestion } from "./suggestion.ts";
import { explanation } from "./value-kind.ts";

export interface LoadedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
  /** The files that have been read, also those without a setting. */
  readonly files: readonly string[];
  /** What stands in Veyon's own configuration, is in effect, and is not used as it stands there. */
  readonly adjustments: readonly Adjustment[];
}

/**
 * The text that a setting has, in the unit of the schema, and where it was found: "default", a
 * path, a variable or a flag.
 */
export type SettingSource = Pick<Assignment, "text" | "source">;

export interface Adjustment {
  readonly name: SettingName;
  readonly key: string;
  /** Short and without secrets, as `used`. */
  readonly found: string;
  readonly used: string;
  /** The file. */
  readonly source: string;
  readonly reason: string;
}

/**
 * The settings from all sources, of which later ones win: defaults, Veyon's own configuration, our
 * file, the environment, flags. Throws SettingsError with everything that is wrong, also where a
 * later source says better; but no value in Veyon's own configuration is wrong: what cannot be
 * served is adjusted.
 */
export function loadSettings(given: GivenSettings, system: SettingsSources): LoadedSettings {
  const { assignments, files, problems: found } = collectAssignments(given, system);
  const problems = [...found];
  const sources = {} as Record<SettingName, SettingSource>;
  const values = {} as Record<SettingName, unknown>;
  const adjustments = new Map<SettingName, Adjustment>();
  for (const assignment of [...defaults(), ...assignments]) {
    const { key, source } = assignment;
    const name = findSetting(key);
    if (name === null) {
      problems.push(`Unknown setting ${shown(key)} from ${source}: ${suggestion(key, knownKeys)}`);
      continue;
    }
    const { text, adjustment } = read(name, assignment);
    const { schema, isPath } = settingsSchema[name];
    const expanded = isPath === true ? system.expandPath(text) : text;
    const parsed = schema.safeParse(expanded);
    if (parsed.success) {
      values[name] = parsed.data;
      sources[name] = { text: expanded, source };
      adjustments.delete(name);
      if (adjustment !== null) adjustments.set(name, adjustment);
    } else {
      const why = explanation(parsed.error) ?? `wanted ${wanted(name)}`;
      problems.push(`Cannot use ${key}=${shown(text)} from ${source}: ${why}`);
    }
  }
  const settings = values as Settings;
  const adjusted = [...adjustments.values()];
  if (problems.length === 0) problems.push(...missingFiles(settings));
  if (problems.length > 0) {
    throw new SettingsError([...adjusted.map(formatAdjustment), ...problems]);
  }
  return { values: settings, sources, files, adjustments: adjusted };
}

/** A line for people. */
export function formatAdjustment({ key, found, used, source, reason }: Adjustment): string {
  return `Using ${key}=${quoted(used)}: found ${quoted(found)} in ${source}, ${reason}`;
}

function defaults(): Assignment[] {
  return settingNames.map((name) => {
    const { key, default: text } = settingsSchema[name];
    return { key, text, source: "default", veyons: null };
  });
}

interface Reading {
  readonly text: string;
  readonly adjustment: Adjustment | null;
}

/** The text to use, in place of the one that was found. */
function read(name: SettingName, { key, text, source, veyons }: Assignment): Reading {
  const setting = settingsSchema[name];
  if (veyons === null || setting.origin !== "Veyon") return { text: text.trim(), adjustment: null };
  const reading = setting.readVeyon(text);
  const used = reading?.text ?? setting.default;
  const { fault } = veyons;
  if (reading?.isExact === true && fault === null) return { text: used, adjustment: null };
  const reason = fault ?? `wanted ${wanted(name)}`;
  const found = cut(veyons.written);
  return { text: used, adjustment: { name, key, found, used: cut(used), source, reason } };
}

function wanted(name: SettingName): string {
  const { allowed, unit } = settingsSchema[name];
  return unit === "" ? allowed : `${allowed} (${unit})`;
}

function missingFiles(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.httpsEnabled) {
    needFile("httpsEnabled", "tlsCertificateFile");
    needFile("httpsEnabled", "tlsPrivateKeyFile");
  }
  if (settings.tlsUseCertificateAuthority) {
    needFile("tlsUseCertificateAuthority", "caCertificateFile");
  }
  return problems;

  function needFile(name: SettingName, file: SettingName): void {
    if (settings[file] !== "") return;
    const [{ key }, { key: fileKey }] = [settingsSchema[name], settingsSchema[file]];
    problems.push(`Cannot use ${key}=true: ${fileKey} is empty, wanted the path of a PEM file`);
  }
}

const shownCharactersMax = 100;

/** A text in an error message: short, on one line, and no key where its path belongs. */
function shown(text: string): string {
  return quoted(cut(text));
}

function cut(text: string): string {
  return redactSecrets(text).slice(0, shownCharactersMax);
}

function quoted(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : JSON.stringify(text);
}

const knownKeys = settingNames.map((name) => settingsSchema[name].key);
