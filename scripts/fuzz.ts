/**
 * Gives the parsers that hosts and clients reach changed inputs, in search of one that breaks them:
 *
 *     npm run fuzz -- [--minutes 5] [--seed 1] [--target messages]
 *
 * `--target` may be given several times; without it, all have their turn. What is found is written
 * to test/fixtures/fuzz/, where the tests try it from then on. Exit code 1 when there is something.
 *
 * The inputs are good ones that are changed (fast-check), without a look at what code they reach:
 * Jazzer.js, which is led by coverage, is a native addon that wants glibc 2.38, so that it does not
 * load where we run (Debian 12 has 2.36), and instruments what Node's loader loads.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { clientTargets } from "../test/support/fuzz/client-targets.ts";
import { fuzz } from "../test/support/fuzz/fuzz.ts";
import { hostTargets } from "../test/support/fuzz/host-targets.ts";
import { viewerTargets } from "../test/support/fuzz/viewer-targets.ts";
import { failPlainly } from "./build/fail-plainly.ts";

const kept = resolve(import.meta.dir, "../test/fixtures/fuzz");
const all = [...hostTargets, ...clientTargets, ...viewerTargets];

await failPlainly(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      target: { type: "string", multiple: true, default: all.map(({ name }) => name) },
    },
  });
  const targets = values.target.map((name) => {
    const target = all.find((each) => each.name === name);
    if (target !== undefined) return target;
    throw new Error(`No target ${name}, there are ${all.map((each) => each.name).join(", ")}`);
  });
  const timeMsMax = (Number(values.minutes) * 60_000) / targets.length;
  if (!(timeMsMax > 0)) throw new Error(`Cannot fuzz for ${values.minutes} minutes`);
  for (const target of targets) {
    // Shown before, for one that never comes back.
    process.stdout.write(target.name.padEnd(18));
    const options = { seed: Number(values.seed), inputsMax: 2 ** 31 - 1, timeMsMax };
    const { taken, refused, longestMs, found } = await fuzz(target, options);
    console.log(`${taken} taken, ${refused} refused, the slowest in ${longestMs.toFixed(0)} ms`);
    if (found === null) continue;
    const folder = join(kept, target.name);
    const path = join(folder, Bun.hash(found.input).toString(16));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, found.input);
    console.error(`It breaks at ${found.input.length} bytes, which are in ${path}:`, found.error);
    process.exitCode = 1;
  }
});
