/**
 * imagescript as its users load it, from a copy: the product imports one of its files as text, and
 * Bun keeps one form of a file only, so that the two in one process are a matter of luck.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type * as Imagescript from "imagescript";

const original = dirname(require.resolve("imagescript/package.json"));
const folder = join(original, "..", ".cache", "imagescript-copy");
if (!existsSync(folder)) makeCopy();

function makeCopy(): void {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  const codecs = join(original, "codecs");
  cpSync(original, made, { recursive: true, filter: (path) => path !== codecs });
  // The native codecs stay the same file: two copies of them do not fit into one process.
  symlinkSync(codecs, join(made, "codecs"));
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true });
    // Another test process was faster.
    if (!existsSync(folder)) throw error;
  }
}

export const { Image }: typeof Imagescript = await import(join(folder, "ImageScript.js"));
