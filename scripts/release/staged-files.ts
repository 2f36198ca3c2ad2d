import { chmodSync, copyFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a folder or a package is to hold, by path: a text, or the path of a file to copy. */
export type StagedFiles = Readonly<Record<string, StagedFile>>;

export type StagedFile = ({ text: string | Uint8Array } | { copyOf: string }) & {
  readonly isProgram?: boolean;
};

/** Writes them below `folder`, all of one age and with the rights that a package wants. */
export function stage(folder: string, files: StagedFiles, date: Date): void {
  for (const [path, file] of Object.entries(files)) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
    if ("text" in file) writeFileSync(to, file.text);
    else copyFileSync(file.copyOf, to);
    chmodSync(to, file.isProgram === true ? 0o755 : 0o644);
    utimesSync(to, date, date);
  }
}
