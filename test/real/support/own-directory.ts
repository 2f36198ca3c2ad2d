import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const prefix = "veyon-real-";

/**
 * Makes a directory for one program, which others may pass through but not list. A test process
 * that is killed leaves its directories; they are removed here by the next one.
 */
export function makeOwnDirectory(name: string): string {
  removeLeftOvers();
  const parent = join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  const directory = mkdtempSync(join(parent, `${name}-`));
  chmodSync(directory, 0o711);
  return directory;
}

export function removeOwnDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  try {
    rmdirSync(dirname(directory));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
}

function removeLeftOvers(): void {
  for (const entry of readdirSync(tmpdir())) {
    if (!entry.startsWith(prefix) || existsSync(`/proc/${entry.slice(prefix.length)}`)) continue;
    rmSync(join(tmpdir(), entry), { recursive: true, force: true });
  }
}
