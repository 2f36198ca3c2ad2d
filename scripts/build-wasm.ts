/**
 * Compiles the JPEG encoder, AssemblyScript in src/image/engines/wasm/encoder/, to encoder.wasm
 * beside that folder:
 *
 *     bun scripts/build-wasm.ts [--outfile FILE]
 *
 * The result is committed, so that nothing else needs the compiler; a test compares the two.
 */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dir, "..");
const folder = join(root, "src/image/engines/wasm");
const { values } = parseArgs({ options: { outfile: { type: "string" } } });
const outfile = resolve(values.outfile ?? join(folder, "encoder.wasm"));

const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
const source = join(folder, "encoder/strip.ts");
const options = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--enable", "simd"];
// Functions pass vectors to each other, which JavaScript could not do.
options.push("--disableWarning", "112");
const { exitCode } = Bun.spawnSync(
  [process.execPath, compiler, source, "--outFile", outfile, ...options],
  { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
);
if (exitCode === 0) console.log(`${outfile}: ${statSync(outfile).size} bytes`);
process.exit(exitCode);
