/** Runs tests in a process of its own that may hang, or take all memory there is. */
import { spawn, spawnSync } from "node:child_process";

export type TestOutcome = "passed" | "failed" | "timeout" | "memory";

export interface TestRun {
  /** The directory of the sources. */
  readonly cwd: string;
  readonly files: readonly string[];
  readonly isParallel: boolean;
  readonly timeoutMs: number;
}

/** Of all processes of a run together. */
const memoryBytesMax = 4 * 1024 ** 3;
const memoryCheckMs = 500;

/** Until the first test that fails. */
export async function runTests({ cwd, files, isParallel, timeoutMs }: TestRun) {
  const options = ["test", "--bail", ...(isParallel ? ["--parallel"] : [])];
  const paths = files.map((file) => `./${file}`);
  // A group of its own, so that what the tests have started can be ended with them.
  const child = spawn(process.execPath, [...options, ...paths], {
    cwd,
    stdio: "ignore",
    detached: true,
  });
  const group = child.pid!;
  const end = () => endGroup(group);
  process.once("exit", end);
  const { promise, resolve } = Promise.withResolvers<TestOutcome>();
  child.once("exit", (code) => resolve(code === 0 ? "passed" : "failed"));
  child.once("error", () => resolve("failed"));
  const deadline = setTimeout(() => resolve("timeout"), timeoutMs);
  const memoryCheck = setInterval(() => {
    if (memoryBytes(group) > memoryBytesMax) resolve("memory");
  }, memoryCheckMs);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    clearInterval(memoryCheck);
    process.off("exit", end);
    end();
  }
}

/** What the processes of a group hold. */
function memoryBytes(group: number): number {
  const { stdout } = spawnSync("ps", ["-eo", "pgid=,rss="], { encoding: "utf8" });
  const lines = stdout.split("\n").map((line) => line.trim().split(/ +/).map(Number));
  return lines.reduce((sum, [pgid, kib]) => (pgid === group ? sum + kib * 1024 : sum), 0);
}

function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // All have ended.
  }
}
