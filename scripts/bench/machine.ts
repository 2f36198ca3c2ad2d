import { cpus, loadavg, release, totalmem } from "node:os";
import { version } from "../../src/version.ts";

/** What the figures hold for. */
export interface Machine {
  /** Of this repository; with "+" if files differ from it. */
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  /** Of the last minute when the benchmark was started; above 0.2 somebody else was at work too. */
  readonly loadAverage: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    commit: describeCommit(),
    cpu: processors[0].model,
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    loadAverage: loadavg()[0],
    versions: {
      "veyon-webapi": version,
      Bun: Bun.version,
      Veyon: debianVersion("veyon-plugins"),
      x11vnc: debianVersion("x11vnc"),
    },
  };
}

function describeCommit(): string {
  const git = (...args: string[]) =>
    Bun.spawnSync(["git", ...args])
      .stdout.toString()
      .trim();
  const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
  return git("rev-parse", "--short", "HEAD") + (isChanged ? "+" : "");
}

function debianVersion(name: string): string {
  return Bun.spawnSync(["dpkg-query", "-W", "-f=${Version}", name]).stdout.toString();
}
