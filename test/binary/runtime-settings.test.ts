/** What the compiled program tells Bun, which reads it from the environment alone. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "bun:test";
import { runtimeSettings } from "../../src/runtime-settings.ts";
import { buildIfOld, RunningProgram, runProgram } from "./support/program.ts";

beforeAll(buildIfOld);

const args = ["runserver", "--bind", "127.0.0.1", "--port", "0"];

test("Bun runs with our settings, and with those of its environment before them", async () => {
  const own = { MIMALLOC_SCAVENGER: "1", SOMETHING_ELSE: "stays" };
  const running = await RunningProgram.start("/", args, own);
  try {
    expect(environmentOf(running.child.pid)).toEqual({ ...runtimeSettings, ...own });
  } finally {
    await running.end("SIGTERM");
  }
});

test("no thread of its own gives memory back all the time", async () => {
  const running = await RunningProgram.start("/", args);
  try {
    const names = threadsOf(running.child.pid);
    expect(names).toContain("JITWorker");
    expect(names).not.toContain("mi-scavenger");
  } finally {
    await running.end("SIGTERM");
  }
});

test("Bun takes those that it can list for what is meant", async () => {
  const { stdout, stderr } = await runProgram("/", ["--version"], {
    BUN_JSC_dumpOptions: "1",
    MIMALLOC_VERBOSE: "1",
  });
  // The process that is replaced says it first, without them.
  const told = stdout + stderr;
  expect(told).toContain(" percentCPUPerMBForEdenTimer=0.000025 (default: 0.0025)");
  expect(told).toContain("option 'purge_holes': 0 ");
  expect(told).toContain("option 'minimal_purge_size': 256 KiB");
  expect(told).toContain("option 'scavenger': 0 ");
});

function environmentOf(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => {
      const [name, ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  );
}

function threadsOf(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((id) => readFileSync(`${folder}/${id}/comm`, "utf8").trim());
}
