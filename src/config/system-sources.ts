import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { expandPlaceholders } from "./placeholders.ts";
import type { GivenSettings, SettingsSources } from "./settings-sources.ts";

/**
 * Veyon 4 and 5 use this path on Linux whatever XDG_CONFIG_DIRS says; on Windows they use the
 * registry.
 */
export const systemVeyonFile = "/etc/xdg/Veyon Solutions/Veyon.conf";

/**
 * This computer as a source of settings. The files are read here, without holding up the rest of
 * the program: one may be a pipe that nobody has written to yet. `veyonFile` as in SettingsSources.
 */
export async function readSystemSources(
  given: GivenSettings,
  veyonFile: string | null = systemVeyonFile,
): Promise<SettingsSources> {
  const contents = new Map<string, Uint8Array>();
  const failures = new Map<string, unknown>();
  for (const path of new Set([given.veyonConfigFile ?? veyonFile, given.configFile])) {
    if (path === null) continue;
    try {
      contents.set(path, await readFile(path));
    } catch (error) {
      failures.set(path, error);
    }
  }
  return {
    systemVeyonFile: veyonFile,
    environment: process.env,
    readFile(path) {
      const content = contents.get(path);
      if (content === undefined) throw failures.get(path);
      return content;
    },
    expandPath: (path) =>
      expandPlaceholders(path, {
        platform: process.platform,
        environment: process.env,
        homeDirectory: homeDirectory(),
        hostName: hostname(),
        readFile: readFileSync,
      }),
  };
}

/** The root where there is none, as in Qt: a container's user may have neither HOME nor a name. */
function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}
