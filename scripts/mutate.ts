/**
 * Finds what no test notices: changes the sources at random, one place at a time, and runs the
 * tests that come to that file.
 *
 *     npm run mutate -- --folder src/hosts --seed 1 --count 100
 *     npm run mutate -- --at src/hosts/watchdog.ts:26
 *
 * `--folder` may be given several times; without it, all folders that have rules of their own are
 * taken. `--at` takes all that begins in a line, and may be given several times too. What the unit
 * tests let live is shown to the tests with simulated hosts as well with `--sim`, which takes a
 * minute each. `--jobs 2` is how many are tried at the same time. Prints each mutant that lives,
 * and the share of each folder that was killed. It works in copies of the last commit.
 *
 * Stryker runs under Bun as well, by its command runner, and is no substitute: it changes no
 * numbers, and most of what matters here is a limit or a time.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "./bench/random.ts";
import { failPlainly } from "./build/fail-plainly.ts";
import { findMutations, type Mutation } from "./mutate/mutations.ts";
import { runTests, type TestOutcome } from "./mutate/test-run.ts";
import { TestSelection } from "./mutate/test-selection.ts";
import { Worktree } from "./mutate/worktree.ts";

const root = resolve(import.meta.dir, "..");

const allFolders = ["hosts", "watch", "image", "net", "connect", "scheduling", "rfb"];

/** What a run of tests may take, of what it takes without a mutation, and besides. */
const timeoutFactor = 3;
const timeoutMoreMs = 10_000;
/** What one test file may take without a mutation. */
const testMsMax = 300_000;

interface Mutant {
  readonly file: string;
  readonly folder: string;
  readonly mutation: Mutation;
  /** What is shown of it. */
  readonly line: number;
  readonly text: string;
}

/** Tests that are run together; those nearest to the source come first. */
interface Stage {
  readonly tests: (file: string) => string[];
  readonly isParallel: boolean;
}

/** What each test file takes without a mutation. */
type UsualMs = ReadonlyMap<string, number>;

await failPlainly(mutate);

async function mutate(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: "string", multiple: true },
      at: { type: "string", multiple: true },
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "100" },
      jobs: { type: "string", default: String(availableParallelism()) },
      sim: { type: "boolean", default: false },
    },
  });
  const folders = values.folder ?? allFolders.map((name) => `src/${name}`);
  const worktrees: Worktree[] = [];
  process.once("SIGINT", () => process.exit(130));
  process.once("exit", () => worktrees.forEach((worktree) => worktree.remove()));
  for (let job = 0; job < Number(values.jobs); job++) worktrees.push(new Worktree(root));
  const [first] = worktrees;
  const all = folders
    .flatMap((folder) => mutantsIn(first, folder))
    .filter(({ file, line }) => values.at?.includes(`${file}:${line}`) ?? true);
  const mutants = sample(all, Number(values.count), seededRandom(Number(values.seed)));
  console.log(`${mutants.length} of ${all.length} mutants`);
  const stages = createStages(first, values.sim);
  const usualMs = await measureTests(first, stages, mutants);
  await tryAll(mutants, worktrees, (mutant, worktree) => tryOne(mutant, worktree, stages, usualMs));
}

function mutantsIn(worktree: Worktree, folder: string): Mutant[] {
  const paths = [...new Bun.Glob(`${folder}/**/*.ts`).scanSync(worktree.path)].sort();
  // AssemblyScript is compiled beforehand; a change of it changes nothing.
  const sources = paths.filter((file) => !/\.d\.ts$|\/wasm\/encoder\//.test(file));
  return sources.flatMap((file) => {
    const source = worktree.read(file);
    return findMutations(file, source).map((mutation) => {
      const { start, end, replacement } = mutation;
      const found = source.slice(start, end).replace(/\s+/g, " ");
      const line = source.slice(0, start).split("\n").length;
      return { file, folder, mutation, line, text: `${found} -> ${replacement}` };
    });
  });
}

function sample<T>(all: readonly T[], count: number, random: () => number): T[] {
  const keys = all.map((each) => ({ each, key: random() }));
  return keys
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ each }) => each);
}

function createStages(worktree: Worktree, withSim: boolean): Stage[] {
  const unit = new TestSelection(worktree.path, "test/unit");
  const isNear = (file: string, test: string) => test.startsWith(`test/unit/${layerOf(file)}/`);
  const near = (file: string) => unit.testsOf(file).filter((test) => isNear(file, test));
  const far = (file: string) => unit.testsOf(file).filter((test) => !isNear(file, test));
  const stages: Stage[] = [near, far].map((tests) => ({ tests, isParallel: false }));
  if (!withSim) return stages;
  const sim = new TestSelection(worktree.path, "test/sim");
  return [...stages, { tests: (file) => sim.testsOf(file), isParallel: true }];
}

/** Runs each test file once, as it is. Throws Error when one fails. */
async function measureTests(
  { path }: Worktree,
  stages: readonly Stage[],
  mutants: readonly Mutant[],
): Promise<UsualMs> {
  const sources = [...new Set(mutants.map(({ file }) => file))];
  const tests = new Set(stages.flatMap((stage) => sources.flatMap(stage.tests)));
  const usualMs = new Map<string, number>();
  for (const test of tests) {
    const startedMs = performance.now();
    const run = { cwd: path, files: [test], isParallel: false, timeoutMs: testMsMax };
    if ((await runTests(run)) !== "passed") {
      throw new Error(`Cannot begin: ${test} fails without a mutation`);
    }
    usualMs.set(test, performance.now() - startedMs);
  }
  const seconds = [...usualMs.values()].reduce((sum, ms) => sum + ms / 1000, 0);
  console.log(`${tests.size} test files take ${seconds.toFixed(1)} s`);
  return usualMs;
}

/** `src/hosts/features/demo.ts` is of `hosts`. */
function layerOf(file: string): string {
  return file.split("/")[1];
}

async function tryAll(
  mutants: readonly Mutant[],
  worktrees: readonly Worktree[],
  tryMutant: (mutant: Mutant, worktree: Worktree) => Promise<TestOutcome>,
): Promise<void> {
  const counts = new Map<string, Record<TestOutcome, number>>();
  const queue = mutants.values();
  const work = async (worktree: Worktree) => {
    for (const mutant of queue) {
      const outcome = await tryMutant(mutant, worktree);
      const count = counts.get(mutant.folder) ?? { passed: 0, failed: 0, timeout: 0, memory: 0 };
      counts.set(mutant.folder, count);
      count[outcome]++;
      if (outcome === "passed") console.log(`${mutant.file}:${mutant.line}  ${mutant.text}`);
    }
  };
  await Promise.all(worktrees.map(work));
  for (const [folder, { passed, failed, timeout, memory }] of counts) {
    const killed = failed + timeout + memory;
    const percent = ((killed / (killed + passed)) * 100).toFixed(0);
    const ways = `${failed} by a test, ${timeout} by time, ${memory} by memory`;
    console.log(`${folder}: ${killed} of ${killed + passed} killed, ${percent} % (${ways})`);
  }
}

async function tryOne(
  { file, mutation }: Mutant,
  worktree: Worktree,
  stages: readonly Stage[],
  usualMs: UsualMs,
): Promise<TestOutcome> {
  return worktree.mutated(file, mutation, async () => {
    for (const { tests, isParallel } of stages) {
      const files = tests(file);
      if (files.length === 0) continue;
      const usual = files.reduce((sum, test) => sum + usualMs.get(test)!, 0);
      const timeoutMs = usual * timeoutFactor + timeoutMoreMs;
      const outcome = await runTests({ cwd: worktree.path, files, isParallel, timeoutMs });
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  });
}
