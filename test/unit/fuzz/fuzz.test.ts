/** Inputs that strangers could send; `npm run fuzz` tries more of them, and keeps what it finds. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientTargets } from "../../support/fuzz/client-targets.ts";
import { fuzz } from "../../support/fuzz/fuzz.ts";
import { type FuzzTarget, tryInput } from "../../support/fuzz/fuzz-target.ts";
import { hostTargets } from "../../support/fuzz/host-targets.ts";
import { viewerTargets } from "../../support/fuzz/viewer-targets.ts";

const kept = join(import.meta.dir, "../../fixtures/fuzz");

/** A short run; the seed is fixed, so that a failure is everybody's. */
const inputsMax = 150;

function keptOf({ name }: FuzzTarget): string[] {
  const folder = join(kept, name);
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe.each([...hostTargets, ...clientTargets, ...viewerTargets])("$name", (target) => {
  test("takes or refuses every input that was ever found", async () => {
    for (const name of keptOf(target)) {
      await tryInput(target, readFileSync(join(kept, target.name, name)));
    }
  });

  test("takes good inputs, and takes or refuses changed ones", async () => {
    const outcomes = await Promise.all(target.seeds.map((seed) => tryInput(target, seed)));
    expect(outcomes).toContain("taken");
    const { found, taken, refused } = await fuzz(target, { seed: 1, inputsMax });
    expect(found).toBeNull();
    expect(taken + refused).toBe(inputsMax);
  });
});

test("an input that breaks a parser is found and made small", async () => {
  const broken: FuzzTarget = {
    name: "broken",
    seeds: [Buffer.from("length 0007")],
    run: (input) => {
      if (input.includes(0xff)) throw new RangeError("broken");
    },
    refusals: [SyntaxError],
  };
  const { found } = await fuzz(broken, { seed: 1, inputsMax: 10_000 });
  expect(found?.error).toBeInstanceOf(RangeError);
  expect(found?.input).toContain(0xff);
});
