import { readFileSync } from "node:fs";
import { SettingsError } from "../config/settings-error.ts";

/** The text of a file that a setting names. Throws SettingsError. */
export function readSettingsFile(key: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsError([`Cannot read ${key}: ${(error as Error).message}`]);
  }
}
