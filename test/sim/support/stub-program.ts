/** A program of the system's, such as `ping`, replaced by one that does what a test wants. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onceOver } from "./fixture-host.ts";

export interface StubProgram {
  /** How often it has been started. */
  readonly started: () => number;
  /** How many of them have not ended. */
  readonly running: () => number;
}

/** Stands in front in PATH until `stopAll`. `script`: for `sh`. */
export function stubProgram(name: string, script: string): StubProgram {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-stub-"));
  const path = process.env["PATH"];
  process.env["PATH"] = `${folder}:${path}`;
  onceOver(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });
  // Each leaves a file that is called by its process id.
  writeFileSync(join(folder, name), `#!/bin/sh\n: > ${folder}/$$\n${script}\n`, { mode: 0o755 });
  const pids = () => readdirSync(folder).filter((each) => /^\d+$/.test(each));
  return { started: () => pids().length, running: () => pids().filter(isRunning).length };
}

function isRunning(pid: string): boolean {
  try {
    // The state follows the name, which is in brackets; Z is one that has ended.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
