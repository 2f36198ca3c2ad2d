import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { bunRuntime } from "./bun-runtime.ts";
import type { Target } from "./targets.ts";

const root = resolve(import.meta.dir, "../..");

/**
 * Makes the program for `target`, or for this platform if that is null. Returns the files of
 * packages in it.
 */
export async function compile(target: Target | null, outfile: string): Promise<readonly string[]> {
  mkdirSync(dirname(outfile), { recursive: true });
  const result = await Bun.build({
    entrypoints: [join(root, "src", "main.ts")],
    // Names stay, for the stacks in the log.
    minify: { whitespace: true, syntax: true },
    // Compiled beforehand the program starts in half the time; for that the format must be named.
    bytecode: true,
    format: "esm",
    metafile: true,
    compile: {
      outfile,
      // A file in the directory where somebody starts the server must not change what it does.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(target !== null && { target: target.bunTarget, executablePath: bunRuntime(target) }),
    },
  });
  for (const message of result.logs) console.error(message.message);
  chmodSync(outfile, 0o755);
  const inputs = Object.keys(result.metafile?.inputs ?? {});
  return inputs.filter((path) => path.includes("node_modules/"));
}
