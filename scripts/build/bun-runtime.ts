/** Bun for another platform, to compile for it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Target } from "./targets.ts";

const root = resolve(import.meta.dir, "../..");
const cache = join(root, "node_modules", ".cache", "bun-runtimes");

/**
 * The path of Bun's program for `target`. It comes from npm, once, by npm's own settings, and is
 * what bun.lock says; what Bun fetches by itself is checked by nobody.
 */
export function bunRuntime({ name, runtimePackage }: Target): string {
  const file = name.startsWith("windows") ? "bun.exe" : "bun";
  const { version, integrity } = lockedPackage(runtimePackage);
  const kept = join(cache, `${name}-${version}`);
  if (!existsSync(kept)) fetchPackage(`${runtimePackage}@${version}`, integrity, kept);
  return join(kept, "bin", file);
}

function lockedPackage(name: string): { version: string; integrity: string } {
  const lock = readFileSync(join(root, "bun.lock"), "utf8");
  const line = lock.split("\n").find((each) => each.trimStart().startsWith(`"${name}": [`));
  const found = /@([^@"]+)",.*"(sha512-[^"]+)"\],?$/.exec(line ?? "");
  if (found === null) throw new Error(`Cannot find ${name} in bun.lock`);
  return { version: found[1], integrity: found[2] };
}

function fetchPackage(specifier: string, wanted: string, to: string): void {
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, "fetch-"));
  try {
    const file = run(["npm", "pack", "--silent", "--pack-destination", directory, specifier]);
    const archive = join(directory, file.trim());
    const hash = new Bun.CryptoHasher("sha512").update(readFileSync(archive)).digest("base64");
    const found = `sha512-${hash}`;
    if (found !== wanted) {
      throw new Error(`Cannot use ${specifier}: it is ${found}, wanted ${wanted} as in bun.lock`);
    }
    run(["tar", "-xzf", archive, "-C", directory]);
    // Another build may have been faster.
    if (!existsSync(to)) renameSync(join(directory, "package"), to);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What the command writes to standard output. */
function run(command: string[]): string {
  const { exitCode, stdout } = Bun.spawnSync(command, { cwd: root, stdio: ["ignore", "pipe", 2] });
  if (exitCode === 0) return stdout.toString();
  throw new Error(`Cannot fetch Bun: exit code ${exitCode} of ${command.join(" ")}`);
}
