import { readFile } from "node:fs/promises";
import { SettingsError } from "../config/settings-error.ts";

/** The text of a file that a setting names. Throws SettingsError. */
export async function readSettingsFile(key: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new SettingsError([`Cannot read ${key}: ${(error as Error).message}`]);
  }
}
