/**
 * What Veyon does to a configuration of an older version before it uses it, as far as the settings
 * here go. Seen with 4.7.5: `Core/ApplicationVersion` counts the steps, from 2 on for what is newly
 * made; at 5 (Veyon 4.5) the port of the hosts got another name. The value under the new name is
 * then lost, even if nothing stands under the old one.
 */
import type { FileValue } from "./settings-file.ts";

const version = "Core/ApplicationVersion";
const oldPort = "Network/PrimaryServicePort";
const newPort = "Network/VeyonServerPort";

/** What the upgrade reads beside the settings themselves. */
export const upgradeKeys: ReadonlySet<string> = new Set([version, oldPort]);

const renamedAtVersion = 5;

export interface Upgraded {
  /** Without the keys of the upgrade. */
  readonly values: ReadonlyMap<string, FileValue>;
  /** A value that the upgrade has removed, or null. */
  readonly lost: { readonly key: string; readonly value: FileValue } | null;
}

/**
 * A file without a version was written by hand: what it says under the new name stays, unless it
 * has the old one.
 */
export function upgradeVeyonSettings(found: ReadonlyMap<string, FileValue>): Upgraded {
  const values = new Map(found);
  for (const key of upgradeKeys) values.delete(key);
  const port = found.get(oldPort);
  const isOld = found.has(version) ? !isCurrent(found.get(version)!.text) : port !== undefined;
  if (!isOld) return { values, lost: null };
  const lost = values.get(newPort);
  values.delete(newPort);
  if (port !== undefined) values.set(newPort, port);
  return { values, lost: lost === undefined ? null : { key: newPort, value: lost } };
}

/** What is no number counts as 0. */
function isCurrent(text: string): boolean {
  return Number(text.trim()) >= renamedAtVersion;
}
