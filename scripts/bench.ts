/**
 * Compares this server with the WebAPI server of Veyon itself, on one machine and in one run:
 *
 *     npm run bench [-- [--short | --quick] [--only PART,...] [--desktop KIND]
 *                    [--json FILE] [--docs]]
 *
 * Takes an hour and three quarters, with --short 35 minutes, with --quick three. PART is a part of
 * the names of what is measured: "network-cold", "pictures", "engines"; that one is measured by
 * name only. KIND is what the hosts of one screen show: text, mixed (default) or photo. Writes the
 * result as Markdown to standard output and as JSON to FILE (dist/bench-result.json); with --docs
 * also to docs/benchmark.md, with its plots. Needs Debian with the packages of the tests, and wrk,
 * and root.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { methodUuid } from "../src/veyon/authentication-methods.ts";
import { type DesktopKind, desktopKinds } from "../test/real/support/desktop-pictures.ts";
import { testKey } from "../test/real/support/keys.ts";
import { makeOwnDirectory, removeOwnDirectory } from "../test/real/support/own-directory.ts";
import { agePart } from "./bench/age-part.ts";
import type { Bench, Part, SituationPart } from "./bench/bench.ts";
import { busyCase } from "./bench/busy-case.ts";
import { capacityCase } from "./bench/capacity-case.ts";
import { classroomCase } from "./bench/classroom-case.ts";
import { plotCpu } from "./bench/cpu-plot.ts";
import { engineCase } from "./bench/engine-case.ts";
import { engineCpuCase } from "./bench/engine-cpu-case.ts";
import type { Figure } from "./bench/figure.ts";
import { floorCase } from "./bench/floor-case.ts";
import { type Growth, growthFigures, measureGrowth } from "./bench/growth-case.ts";
import { plotGrowth } from "./bench/growth-plot.ts";
import { lockCase } from "./bench/lock-case.ts";
import { loginPart } from "./bench/login-part.ts";
import { describeMachine } from "./bench/machine.ts";
import { onceMore } from "./bench/once-more.ts";
import { picturePart } from "./bench/picture-part.ts";
import { fullPlan, quickPlan, shortPlan } from "./bench/plan.ts";
import { seededRandom } from "./bench/random.ts";
import { type BenchResult, formatReport } from "./bench/report.ts";
import { installBenchPackages } from "./bench/requirements.ts";
import { buildProgram } from "./bench/servers.ts";
import { situations } from "./bench/situations.ts";
import { userCase } from "./bench/user-case.ts";

const root = resolve(import.meta.dir, "..");
const startedAtMs = performance.now();
const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    desktop: { type: "string", default: "mixed" },
    json: { type: "string", default: join(root, "dist", "bench-result.json") },
    docs: { type: "boolean", default: false },
  },
});
const plan = values.quick ? quickPlan : values.short ? shortPlan : fullPlan;
const desktop = wantedDesktop();

let growth: Growth | null = null;
/**
 * Each in every situation: the parts "pictures-loopback-warm", "pictures-loopback-cold" and so on.
 */
const situationParts: Record<string, SituationPart> = {
  pictures: picturePart,
  ages: agePart,
  logins: loginPart,
};
const warmParts: Record<string, SituationPart> = { classroom: classroomCase };
const otherParts: Record<string, Part> = {
  capacity: capacityCase,
  locks: lockCase,
  user: userCase,
  busy: busyCase,
  floors: floorCase,
  growth: async (bench) => {
    growth = await measureGrowth(bench);
    return growthFigures(growth);
  },
};
/** Not about the reference: only by name. */
const engineParts: Record<string, Part> = {
  engines: async (bench) => [...(await engineCase(bench)), ...(await engineCpuCase(bench))],
};
const parts = new Map<string, Part>([
  ...situations.flatMap((situation) =>
    Object.entries({ ...situationParts, ...(situation.isWarm && warmParts) }).map(
      ([name, measure]): [string, Part] => [
        `${name}-${situation.name}`,
        (bench) => measure(bench, situation),
      ],
    ),
  ),
  ...Object.entries(otherParts),
  ...Object.entries(engineParts),
]);
const chosen = values.only === undefined ? usualParts() : namedParts(values.only);

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

function wantedDesktop(): DesktopKind {
  const found = desktopKinds.find((kind) => kind === values.desktop);
  if (found !== undefined) return found;
  throw new Error(`Unknown desktop ${values.desktop}: wanted ${desktopKinds.join(", ")}`);
}

function usualParts(): string[] {
  return [...parts.keys()].filter(
    (name) =>
      Object.hasOwn(otherParts, name) || plan.situations.some((each) => name.endsWith(each)),
  );
}

/** Those whose names contain one of the words. */
function namedParts(words: string): string[] {
  const names = words.split(",").map((word) => {
    const found = [...parts.keys()].filter((name) => name.includes(word));
    if (found.length > 0) return found;
    throw new Error(`Unknown part ${word}: wanted a part of ${[...parts.keys()].join(", ")}`);
  });
  return [...new Set(names.flat())];
}

function result(): BenchResult {
  const leftOut = usualParts().filter((name) => !chosen.includes(name));
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const date = new Date().toISOString().slice(0, 10);
  return { date, plan, desktop, seconds, machine, figures, missing, leftOut, growth };
}

async function prepare(): Promise<Bench> {
  const key = await testKey();
  const credentials = { keyname: key.name, keydata: key.privateKey };
  return {
    plan,
    desktop,
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
    figures.push(...(await onceMore(bench, name, () => parts.get(name)!(bench))));
  } catch (error) {
    bench.say(`${name} is missing, because of ${(error as Error).message}`);
    missing.push(name);
  }
}

function writeDocs(report: string): void {
  const write = (name: string, text: string) => writeFile(join(root, "docs", name), text);
  write("benchmark.md", report);
  write("benchmark-cpu.svg", plotCpu(figures));
  if (growth !== null) write("benchmark-growth.svg", plotGrowth(growth));
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, text);
}
