import { redactSecrets } from "../redact-secrets.ts";
import { SettingsError } from "./settings-error.ts";
import { findSetting, settingNames, settingsSchema } from "./settings-schema.ts";
import type { SettingName, Settings } from "./settings-schema.ts";
import { collectAssignments } from "./settings-sources.ts";
import type { Assignment, GivenSettings, SettingsWorld } from "./settings-sources.ts";

export interface LoadedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
  /** The files that have been read, also those without a setting. */
  readonly files: readonly string[];
}

/** The text that a setting has, in the unit of the schema, and where it was found: "default", a path, a variable or a flag. */
export type SettingSource = Pick<Assignment, "text" | "source">;

/**
 * The settings from all sources, of which later ones win: defaults, Veyon's own configuration, our file, the
 * environment, flags. Throws SettingsError with everything that is wrong, also where a later source says better.
 */
export function loadSettings(given: GivenSettings, world: SettingsWorld): LoadedSettings {
  const { assignments, files, problems: found } = collectAssignments(given, world);
  const problems = [...found];
  const sources = {} as Record<SettingName, SettingSource>;
  const values = {} as Record<SettingName, unknown>;
  for (const { key, text, source } of [...defaults(), ...assignments]) {
    const name = findSetting(key);
    if (name === null) {
      problems.push(`Unknown setting ${shown(key)} from ${source}: wanted ${knownKeys}`);
      continue;
    }
    const parsed = settingsSchema[name].schema.safeParse(text.trim());
    if (parsed.success) {
      values[name] = parsed.data;
      sources[name] = { text: text.trim(), source };
    } else {
      problems.push(`Cannot use ${key}=${shown(text)} from ${source}: wanted ${wanted(name)}`);
    }
  }
  const settings = values as Settings;
  if (problems.length === 0) problems.push(...missingFiles(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return { values: settings, sources, files };
}

function defaults(): Assignment[] {
  return settingNames.map((name) => {
    const { key, default: text } = settingsSchema[name];
    return { key, text, source: "default" };
  });
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
  const safe = redactSecrets(text).slice(0, shownCharactersMax);
  return /^[\x21-\x7e]+$/.test(safe) ? safe : JSON.stringify(safe);
}

const knownKeys = `one of ${settingNames.map((name) => settingsSchema[name].key).join(", ")}`;
