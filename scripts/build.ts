/**
 * Makes the one file that is the product, dist/veyon-webapi, and starts it once in an empty
 * directory:
 *
 *     bun scripts/build.ts [--target linux-arm64] [--outfile FILE]
 *
 * With --target it is for another platform, whose Bun is fetched from npm, and cannot be started
 * here.
 */
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../src/version.ts";
import { compile } from "./build/compile.ts";
import { failPlainly } from "./build/fail-plainly.ts";
import { findTarget, programName } from "./build/targets.ts";

const root = resolve(import.meta.dir, "..");

await failPlainly(build);

async function build(): Promise<void> {
  const { values } = parseArgs({
    options: { target: { type: "string" }, outfile: { type: "string" } },
  });
  const target = values.target === undefined ? null : findTarget(values.target);
  const folder = join(root, "dist", target?.name ?? "");
  const outfile = resolve(values.outfile ?? join(folder, programName(target)));
  await compile(target, outfile);
  if (target === null) smokeTest(outfile);
  const mib = Math.round(statSync(outfile).size / 1024 / 1024);
  console.log(`${outfile}: veyon-webapi ${version}, ${mib} MiB`);
}

/**
 * The finished program, with nothing around it and a directory it cannot write to, tells its
 * version.
 */
function smokeTest(program: string): void {
  const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-build-"));
  chmodSync(directory, 0o555);
  try {
    const { exitCode, stdout, stderr } = Bun.spawnSync([program, "--version"], {
      cwd: directory,
      env: {},
    });
    const said = stdout.toString().trim();
    if (exitCode === 0 && said.endsWith(version)) return;
    const found = `exit code ${exitCode}, "${said}" ${stderr.toString()}`;
    throw new Error(`Cannot run ${program}: ${found}, wanted ${version}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
