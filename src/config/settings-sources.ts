import { readFileSync } from "node:fs";
import { decodeEnvironment, environmentVariables } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { decodeSettingsFile } from "./settings-file.ts";
import { findSetting, settingsSchema } from "./settings-schema.ts";

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
export interface SettingsWorld {
  /** Veyon's configuration on this system, which need not exist; null: none is read. */
  readonly systemVeyonFile: string | null;
  readonly environment: Environment;
  /** Throws as node:fs does. */
  readonly readTextFile: (path: string) => string;
}

export const systemWorld: SettingsWorld = {
  // Veyon 4 and 5 use this path on Linux whatever XDG_CONFIG_DIRS says; on Windows they use the registry.
  systemVeyonFile: "/etc/xdg/Veyon Solutions/Veyon.conf",
  environment: process.env,
  readTextFile: (path) => readFileSync(path, "utf8"),
};

export interface Assignment {
  readonly key: string;
  readonly text: string;
  /** A path, a variable or a flag. */
  readonly source: string;
}

export interface Assignments {
  /** In the order in which they count: the last one of a key wins. */
  readonly assignments: readonly Assignment[];
  readonly problems: readonly string[];
}

/** Collects what all sources say: Veyon's own configuration, our file, the environment, flags. */
export function collectAssignments(given: GivenSettings, world: SettingsWorld): Assignments {
  const assignments: Assignment[] = [];
  const problems: string[] = [];
  if (given.veyonConfigFile !== null) {
    addFile(given.veyonConfigFile, isVeyonSetting);
  } else if (world.systemVeyonFile !== null) {
    addFile(world.systemVeyonFile, isVeyonSetting, true);
  }
  if (given.configFile !== null) addFile(given.configFile, () => true);
  for (const { variable, key, text } of decodeEnvironment(world.environment)) {
    if (key !== null) assignments.push({ key, text, source: variable });
    else problems.push(`Unknown variable ${variable}: wanted ${environmentVariables.join(", ")}`);
  }
  for (const { flag, key, text } of given.flags) assignments.push({ key, text, source: flag });
  return { assignments, problems };

  function addFile(path: string, wanted: (key: string) => boolean, mayBeMissing = false): void {
    try {
      const values = decodeSettingsFile(world.readTextFile(path), wanted);
      for (const [key, text] of values) assignments.push({ key, text, source: path });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && mayBeMissing) return;
      problems.push(`Cannot read settings from ${path}: ${message}`);
    }
  }
}

/** What else stands in Veyon's own configuration, even under a name that we use, is its own business. */
function isVeyonSetting(key: string): boolean {
  const name = findSetting(key);
  return name !== null && settingsSchema[name].origin === "Veyon";
}
