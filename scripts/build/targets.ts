/** The platforms that the program is built for. */

export interface Target {
  /** As people type it, and as files are named. */
  readonly name: string;
  readonly bunTarget: Bun.Build.CompileTarget;
  /** The package of npm that has Bun for it. */
  readonly runtimePackage: string;
}

/** On Linux musl is for Alpine and its kin, everything else for glibc. */
export const targets: readonly Target[] = [
  target("linux-x64", "bun-linux-x64", "@oven/bun-linux-x64"),
  target("linux-arm64", "bun-linux-arm64", "@oven/bun-linux-aarch64"),
  target("linux-x64-musl", "bun-linux-x64-musl", "@oven/bun-linux-x64-musl"),
  target("linux-arm64-musl", "bun-linux-arm64-musl", "@oven/bun-linux-aarch64-musl"),
  target("windows-x64", "bun-windows-x64", "@oven/bun-windows-x64"),
  target("darwin-arm64", "bun-darwin-arm64", "@oven/bun-darwin-aarch64"),
  target("darwin-x64", "bun-darwin-x64", "@oven/bun-darwin-x64"),
];

function target(name: string, bunTarget: Bun.Build.CompileTarget, runtimePackage: string): Target {
  return { name, bunTarget, runtimePackage };
}

/** Understands Bun's own names as well: bun-linux-arm64. Throws Error with the right names. */
export function findTarget(name: string): Target {
  const found = targets.find((each) => each.name === name || each.bunTarget === name);
  if (found !== undefined) return found;
  throw new Error(`Unknown target ${name}: wanted ${targets.map((each) => each.name).join(", ")}`);
}

/** The name of the program's file on that platform; null: on this one. */
export function programName(on: Target | null): string {
  const isWindows = on === null ? process.platform === "win32" : on.name.startsWith("windows");
  return isWindows ? "veyon-webapi.exe" : "veyon-webapi";
}
