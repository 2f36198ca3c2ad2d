/** What `npm run release` makes, as a snapshot of the sources as they are. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dir, "../../..");
const folder = join(root, "dist/release");

/** It takes the better part of a minute. For `beforeAll`. */
export const releaseTimeoutMs = 600_000;

/** Makes the release unless it is newer than all that is in it. */
export async function releaseIfOld(): Promise<void> {
  const sums = join(folder, "SHA256SUMS");
  if (existsSync(sums) && statSync(sums).mtimeMs > newestSourceMs()) return;
  const command = [process.execPath, "scripts/release.ts", "--snapshot"];
  const child = Bun.spawn(command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  if ((await child.exited) !== 0) throw new Error(`Cannot release: ${await child.stderr.text()}`);
}

/** The path of the one file of the release whose name ends so. */
export function releaseFile(ending: string): string {
  const found = readdirSync(folder).filter((name) => name.endsWith(ending));
  if (found.length !== 1) throw new Error(`Found ${found.length} files *${ending}, wanted one`);
  return join(folder, found[0]);
}

export const releaseFiles = (): string[] => readdirSync(folder).sort();

/** The program for another platform, as it is in the archive. */
export function programFor(target: string): string {
  const file = target.startsWith("windows") ? "veyon-webapi.exe" : "veyon-webapi";
  return join(root, "dist", target, file);
}

function newestSourceMs(): number {
  const patterns = ["src/**/*", "deploy/**/*", "scripts/{build,release}/**/*", "*.{md,json,lock}"];
  const sources = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(root)]);
  return Math.max(...sources.map((path) => statSync(join(root, path)).mtimeMs));
}
