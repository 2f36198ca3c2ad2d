import { decodeEnvironment, environmentVariables } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { decodeSettingsFile, NoConfigurationError } from "./settings-file.ts";
import type { FileValue } from "./settings-file.ts";
import { findSetting, settingsSchema } from "./settings-schema.ts";
import { suggestion } from "./suggestion.ts";
import { upgradeKeys, upgradeVeyonSettings } from "./upgrade.ts";

/** What the command line says about settings. */
export interface GivenSettings {
  /** `--veyon-config`: a file in the place of the one that Veyon has on this system. */
  readonly veyonConfigFile: string | null;
  /** `--config` */
  readonly configFile: string | null;
  /** `--port`, `--bind`, `--set`, in their order. */
  readonly flags: readonly FlagSetting[];
}

export interface FlagSetting {
  readonly flag: string;
  readonly key: string;
  readonly text: string;
}

/** Where settings come from beside the command line. */
export interface SettingsSources {
  /** Veyon's configuration on this system, which need not exist; null: none is read. */
  readonly systemVeyonFile: string | null;
  readonly environment: Environment;
  /** Throws as node:fs does. */
  readonly readFile: (path: string) => Uint8Array;
  /** The path with Veyon's placeholders replaced. */
  readonly expandPath: (path: string) => string;
}

/** Nothing but defaults and flags. */
export const noSources: SettingsSources = {
  systemVeyonFile: null,
  environment: {},
  readFile: () => new Uint8Array(),
  expandPath: (path) => path,
};

export interface Assignment {
  readonly key: string;
  readonly text: string;
  /** A path, a variable or a flag. */
  readonly source: string;
  /**
   * In Veyon's own configuration any text is accepted: how it was written, and what is wrong with
   * that, if anything.
   */
  readonly veyons: { readonly written: string; readonly fault: string | null } | null;
}

export interface Assignments {
  /** In the order in which they count: the last one of a key wins. */
  readonly assignments: readonly Assignment[];
  /** The files that have been read. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

/** Collects what all sources say: Veyon's own configuration, our file, the environment, flags. */
export function collectAssignments(given: GivenSettings, sources: SettingsSources): Assignments {
  const assignments: Assignment[] = [];
  const files: string[] = [];
  const problems: string[] = [];
  const veyonFile = given.veyonConfigFile ?? sources.systemVeyonFile;
  if (veyonFile !== null) addVeyonFile(veyonFile);
  if (given.configFile !== null) addOwnFile(given.configFile);
  for (const { variable, key, text } of decodeEnvironment(sources.environment)) {
    if (key !== null) assignments.push({ key, text, source: variable, veyons: null });
    else
      problems.push(`Unknown variable ${variable}: ${suggestion(variable, environmentVariables)}`);
  }
  for (const { flag, key, text } of given.flags) {
    assignments.push({ key, text, source: flag, veyons: null });
  }
  return { assignments, files, problems };

  function addVeyonFile(path: string): void {
    const mayBeMissing = given.veyonConfigFile === null;
    const wanted = (key: string) => isVeyonSetting(key) || upgradeKeys.has(key);
    const { values, lost } = upgradeVeyonSettings(readFile(path, wanted, mayBeMissing));
    for (const [key, { text, written, fault }] of values) {
      assignments.push({ key, text, source: path, veyons: { written, fault } });
    }
    if (lost !== null && !values.has(lost.key)) addLost(lost.key, lost.value, path);
  }

  function addLost(key: string, { written }: FileValue, path: string): void {
    const text = settingsSchema[findSetting(key)!].default;
    const fault = "which Veyon resets in a configuration of a version before 4.5";
    assignments.push({ key, text, source: path, veyons: { written, fault } });
  }

  function addOwnFile(path: string): void {
    for (const [key, { text, written, fault }] of readFile(path, () => true)) {
      if (fault === null) assignments.push({ key, text, source: path, veyons: null });
      else problems.push(`Cannot read settings from ${path}: ${key}=${written}: ${fault}`);
    }
  }

  /**
   * Of the file at Veyon's own place all is refused that is refused of a given one: what it says
   * about HTTPS would be lost with it.
   */
  function readFile(
    path: string,
    wanted: (key: string) => boolean,
    mayBeMissing = false,
  ): ReadonlyMap<string, FileValue> {
    try {
      const values = decodeSettingsFile(sources.readFile(path), wanted);
      files.push(path);
      return values;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isMissing = code === "ENOENT" && mayBeMissing;
      if (error instanceof NoConfigurationError) {
        problems.push(`${path} holds no configuration: ${message}`);
      } else if (!isMissing) {
        problems.push(`Cannot read settings from ${path}: ${message}`);
      }
      return new Map();
    }
  }
}

/**
 * What else stands in Veyon's own configuration, even under a name that we use, is its own
 * business.
 */
function isVeyonSetting(key: string): boolean {
  const name = findSetting(key);
  return name !== null && settingsSchema[name].origin === "Veyon";
}
