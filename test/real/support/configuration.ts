import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bind } from "./real-process.ts";

/**
 * Veyon's settings by "Group/Key", as `veyon-cli config list` names them. An array is stored as
 * JSON.
 */
export type Settings = Record<string, string | number | boolean | object[]>;

/**
 * Writes Veyon's configuration file into a directory of its own and returns the bind that puts it
 * in the place where alone Veyon looks.
 */
export async function writeConfiguration(directory: string, settings: Settings): Promise<Bind> {
  const target = "/etc/xdg/Veyon Solutions";
  // A mount needs a directory to mount on; Veyon makes the same one when it first saves.
  mkdirSync(target, { recursive: true });
  const source = join(directory, "configuration");
  await Bun.write(join(source, "Veyon.conf"), encodeConfiguration(settings));
  return { source, target };
}

/**
 * An INI file as QSettings reads it. JSON values as Veyon writes them: `@@JsonValue(base64 of {"a":
 * array})`.
 */
export function encodeConfiguration(settings: Settings): string {
  const groups = new Map<string, string[]>();
  // Without a version Veyon takes the file for an old one and resets its ports.
  for (const [name, value] of Object.entries({ "Core/ApplicationVersion": 5, ...settings })) {
    const [group, key] = name.split("/");
    groups.set(group, [...(groups.get(group) ?? []), `${key}=${encodeValue(value)}\n`]);
  }
  return [...groups].map(([group, lines]) => `[${group}]\n${lines.join("")}\n`).join("");
}

function encodeValue(value: Settings[string]): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  const json = Buffer.from(JSON.stringify({ a: value })).toString("base64");
  return `"@@JsonValue(${json})"`;
}
