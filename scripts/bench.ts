/**
 * Compares this server with the WebAPI server of Veyon itself, on one machine and in one run:
 *
 *     npm run bench [-- [--quick] [--only PART,...] [--json FILE] [--docs]]
 *
 * Writes the result as Markdown to standard output and as JSON to FILE (dist/bench-result.json);
 * with --docs also to docs/benchmark.md, with its plot. Needs Debian with the packages of the
 * tests, and wrk; as root it installs them.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { methodUuid } from "../src/veyon/authentication-methods.ts";
import { makeOwnDirectory, removeOwnDirectory } from "../test/real/support/own-directory.ts";
import { testKey } from "../test/real/support/keys.ts";
import type { Bench, Part } from "./bench/bench.ts";
import { busyCase } from "./bench/busy-case.ts";
import { classroomCase } from "./bench/classroom-case.ts";
import type { Figure } from "./bench/figure.ts";
import { floorCase } from "./bench/floor-case.ts";
import { type Growth, growthFigures, measureGrowth } from "./bench/growth-case.ts";
import { plotGrowth } from "./bench/growth-plot.ts";
import { loginCase } from "./bench/login-case.ts";
import { describeMachine } from "./bench/machine.ts";
import { onceMore } from "./bench/once-more.ts";
import { pictureCases } from "./bench/picture-cases.ts";
import { fullPlan, quickPlan } from "./bench/plan.ts";
import { seededRandom } from "./bench/random.ts";
import { type BenchResult, formatReport } from "./bench/report.ts";
import { installBenchPackages } from "./bench/requirements.ts";
import { engineCase } from "./bench/engine-case.ts";
import { engineCpuCase } from "./bench/engine-cpu-case.ts";
import { buildProgram } from "./bench/servers.ts";
import { userCase } from "./bench/user-case.ts";
import { viewerCases } from "./bench/viewer-cases.ts";

const root = resolve(import.meta.dir, "..");
const startedAtMs = performance.now();
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "string", default: join(root, "dist", "bench-result.json") },
    docs: { type: "boolean", default: false },
  },
});

let growth: Growth | null = null;
const parts: Record<string, Part> = {
  text: (bench) => pictureCases(bench, "text"),
  mixed: (bench) => pictureCases(bench, "mixed"),
  photo: (bench) => pictureCases(bench, "photo"),
  viewer: viewerCases,
  logins: loginCase,
  user: userCase,
  busy: busyCase,
  classroom: classroomCase,
  engines: async (bench) => [...(await engineCase(bench)), ...(await engineCpuCase(bench))],
  floors: floorCase,
  growth: async (bench) => {
    growth = await measureGrowth(bench);
    return growthFigures(growth);
  },
};
const plan = values.quick ? quickPlan : fullPlan;
const skipped = ["text", "mixed", "photo"].filter(
  (name) => !plan.desktops.some((each) => each === name),
);
if (values.quick) skipped.push("floors");
const chosen =
  values.only?.split(",") ?? Object.keys(parts).filter((name) => !skipped.includes(name));
const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  throw new Error(`Unknown part ${unknown.join(", ")}: wanted ${Object.keys(parts).join(", ")}`);
}

const machine = describeMachine();
installBenchPackages();
const directory = makeOwnDirectory("bench");
const figures: Figure[] = [];
const missing: string[] = [];
try {
  const bench = await prepare();
  for (const name of chosen) {
    await measure(name, bench);
    // Each part at once: one that comes later may take all of it down.
    writeFile(values.json, JSON.stringify(result(), null, 1));
  }
  const report = formatReport(result());
  if (values.docs) writeDocs(report);
  console.log(report);
} finally {
  removeOwnDirectory(directory);
}
process.exit(missing.length > 0 ? 1 : 0);

function result(): BenchResult {
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  return { date, plan: plan.name, seconds, machine, figures, missing, growth };
}

async function prepare(): Promise<Bench> {
  const key = await testKey();
  const credentials = { keyname: key.name, keydata: key.privateKey };
  return {
    plan,
    servers: {
      program: [await buildProgram(directory)],
      login: { method: methodUuid("AuthKeys"), credentials },
    },
    key,
    random: seededRandom(1),
    say: (text) => {
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
      console.error(`${seconds.padStart(5)} s  ${text}`);
    },
  };
}

/**
 * A server of Veyon's that has stopped answering spoils its part, which is then done once more from
 * the start; and named as missing if that is in vain, too.
 */
async function measure(name: string, bench: Bench): Promise<void> {
  try {
    figures.push(...(await onceMore(bench, name, () => parts[name](bench))));
  } catch (error) {
    bench.say(`${name} is missing, because of ${(error as Error).message}`);
    missing.push(name);
  }
}

function writeDocs(report: string): void {
  const plot = growth === null ? "" : "\n![Growth](benchmark-growth.svg)\n";
  const head = "# Benchmark\n\nWritten by `npm run bench -- --docs`.\n\n";
  writeFile(join(root, "docs", "benchmark.md"), `${head}${report}\n${plot}`);
  if (growth !== null) writeFile(join(root, "docs", "benchmark-growth.svg"), plotGrowth(growth));
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, text);
}
