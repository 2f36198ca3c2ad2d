/**
 * All that CI runs, in order, each with its name and time: `npm test`. The last line is "N passed,
 * N failed", where every step that is not tests counts as one. Exit code 1 when anything failed, in
 * CI also when it was skipped. With --quick (`npm run quick-check`) only what takes a few seconds.
 */
import { resolve } from "node:path";
import { addCounts, decodeTestCounts, formatCounts } from "./check-counts.ts";
import type { CheckCounts } from "./check-counts.ts";
import { installTestPackages } from "./debian-packages.ts";

const passed: CheckCounts = { passed: 1, failed: 0, skipped: 0 };
const failed: CheckCounts = { passed: 0, failed: 1, skipped: 0 };
const skipped: CheckCounts = { passed: 0, failed: 0, skipped: 1 };

/** A step that hangs must not take CI's 90 minutes with it. */
const stepMinutesMax = 25;
/** Of one test on a busy machine; a preload sets it for the first file of a process only. */
const testSecondsMax = 60;

const root = resolve(import.meta.dir, "..");
const bun = process.execPath;
const oxlint = "node_modules/oxlint/bin/oxlint";
const redocly = "node_modules/@redocly/cli/bin/cli.js";
const inCi = process.env.CI === "true";
const testFiles = [...new Bun.Glob("test/**/*.test.ts").scanSync(root)].sort();

/** Every server has an allow-list and access tokens, every client a token. */
const behindGuards = ["--preload", "./test/sim/support/behind-guards.ts"];

type Step = readonly [name: string, run: () => CheckCounts | Promise<CheckCounts>];

const quickSteps: readonly Step[] = [
  ["client", () => command(bun, "scripts/client.ts")],
  ["types", () => command(bun, "check")],
  ["types of the page", () => command(bun, "check", "-p", "src/page")],
  ["lint", () => command(bun, oxlint, "src", "test", "scripts", "examples", "client")],
  ["format", () => command(bun, "fmt", "--check", ".", "!test/fixtures")],
];

const allSteps: readonly Step[] = [
  ["Debian packages", debianPackages],
  ...quickSteps,
  ["openapi.json as served", () => command(bun, "scripts/openapi.ts", "--check")],
  ["openapi.json by its rules", lintDocument],
  ["build", () => command(bun, "scripts/build.ts")],
  ["unit tests", () => tests(/^test\/(unit\/|[^/]+$)/, "--parallel")],
  ["tests with simulated hosts", () => tests(/^test\/sim\//, "--parallel")],
  [
    "the API behind guards",
    () =>
      tests(
        /^test\/sim\/api-(authentication|limits|log|reference|routes|state)/,
        "--parallel",
        ...behindGuards,
      ),
  ],
  // One after the other: they share the ports, the accounts and the two cores of this machine.
  ["tests with real Veyon", () => tests(/^test\/real\//)],
  ["tests of the binary", () => tests(/^test\/binary\//)],
  ["release", () => withPackers(() => command(bun, "scripts/release.ts", "--snapshot"))],
  ["tests of the release", () => withPackers(() => tests(/^test\/release\//))],
];

let total: CheckCounts = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
for (const [name, run] of process.argv.includes("--quick") ? quickSteps : allSteps) {
  console.log(`\n=== ${name}`);
  const startedMs = performance.now();
  const counts = await run();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  summary.push(`${name.padEnd(30)} ${seconds.padStart(7)} s   ${formatCounts(counts)}`);
  total = addCounts(total, counts);
}
console.log(`\n${summary.join("\n")}\n`);
if (inCi && total.skipped > 0) console.log("In CI nothing may be skipped");
console.log(formatCounts(total));
process.exit(total.failed > 0 || (inCi && total.skipped > 0) ? 1 : 0);

function debianPackages(): CheckCounts {
  const outcome = installTestPackages();
  if (outcome === "unavailable") return skipped;
  return outcome === "installed" ? passed : failed;
}

/** A release is archives and packages. */
async function withPackers(run: () => Promise<CheckCounts>): Promise<CheckCounts> {
  const missing = ["zip", "dpkg-deb", "lintian"].filter((name) => Bun.which(name) === null);
  if (missing.length === 0) return run();
  console.log(`Skipped, for want of ${missing.join(", ")}`);
  return skipped;
}

/** It would send figures of its use elsewhere, and look for a newer one of itself. */
function lintDocument(): Promise<CheckCounts> {
  process.env.REDOCLY_TELEMETRY = "off";
  process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = "true";
  return command(bun, "--bun", redocly, "lint", "docs/openapi.json");
}

async function command(...parameters: string[]): Promise<CheckCounts> {
  const { exitCode } = await run(parameters);
  return exitCode === 0 ? passed : failed;
}

async function tests(path: RegExp, ...options: string[]): Promise<CheckCounts> {
  const files = testFiles.filter((file) => path.test(file)).map((file) => `./${file}`);
  if (files.length === 0) {
    console.log(`No tests match ${path}`);
    return skipped;
  }
  const timeout = `--timeout=${testSecondsMax * 1000}`;
  const { exitCode, errorOutput } = await run([bun, "test", timeout, ...options, ...files]);
  return decodeTestCounts(errorOutput, exitCode);
}

interface Finished {
  /** Null when a signal ended it, the one of the time limit for example. */
  readonly exitCode: number | null;
  readonly errorOutput: string;
}

/** Runs a command in the project's folder and shows what it says. */
async function run(parameters: string[]): Promise<Finished> {
  const child = Bun.spawn(parameters, {
    cwd: root,
    stdio: ["ignore", "inherit", "pipe"],
    timeout: stepMinutesMax * 60_000,
  });
  let errorOutput = "";
  const output = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      process.stderr.write(chunk);
      errorOutput += decoder.decode(chunk, { stream: true });
    }
  })();
  await child.exited;
  // Something it has left running may hold the pipe open for ever; what it said itself has arrived
  // by then.
  await Promise.race([output, Bun.sleep(1000)]);
  if (child.exitCode === null) console.log(`Ended by ${child.signalCode}`);
  return { exitCode: child.exitCode, errorOutput };
}
