/**
 * Makes the one file that is the product, dist/veyon-webapi, and starts it once in an empty directory:
 *
 *     bun scripts/build.ts [--target bun-linux-arm64] [--outfile FILE]
 *
 * With --target it is for another platform, whose Bun is fetched from npm, and cannot be started here.
 */
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../src/version.ts";

const root = resolve(import.meta.dir, "..");
const { values } = parseArgs({
  options: { target: { type: "string" }, outfile: { type: "string" } },
});
const { target } = values;
const outfile = resolve(values.outfile ?? join(root, "dist", fileName(target)));

await compile();
const mib = Math.round(statSync(outfile).size / 1024 / 1024);
if (target === undefined) smokeTest();
console.log(`${outfile}: veyon-webapi ${version}, ${mib} MiB`);

function fileName(platform: string = process.platform): string {
  const suffix = target === undefined ? "" : `-${target.replace(/^bun-/, "")}`;
  const extension = /windows|win32/.test(platform) ? ".exe" : "";
  return `veyon-webapi${suffix}${extension}`;
}

async function compile(): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(root, "src", "main.ts")],
    // Names stay, for the stacks in the log.
    minify: { whitespace: true, syntax: true },
    // Compiled beforehand the program starts in half the time; for that the format must be named.
    bytecode: true,
    format: "esm",
    compile: {
      outfile,
      // A file in the directory where somebody starts the server must not change what it does.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(target !== undefined && { target: target as Bun.Build.CompileTarget }),
    },
  });
  for (const message of result.logs) console.error(String(message));
  chmodSync(outfile, 0o755);
}

/** The finished program, with nothing around it and a directory it cannot write to, tells its version. */
function smokeTest(): void {
  const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-build-"));
  chmodSync(directory, 0o555);
  try {
    const { exitCode, stdout, stderr } = Bun.spawnSync([outfile, "--version"], {
      cwd: directory,
      env: {},
    });
    const said = stdout.toString().trim();
    if (exitCode === 0 && said.endsWith(version)) return;
    const found = `exit code ${exitCode}, "${said}" ${stderr.toString()}`;
    throw new Error(`Cannot run ${outfile}: ${found}, wanted ${version}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
