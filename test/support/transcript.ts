import { readFileSync } from "node:fs";
import { join } from "node:path";

const fixtures = join(import.meta.dir, "../fixtures");

export function fixture(path: string): string {
  return readFileSync(join(fixtures, path), "utf8");
}

/** One protocol unit of a recorded connection. */
export interface Entry {
  readonly from: "client" | "server";
  readonly hex: string;
  readonly note: string;
}

/** The two recorders named the directions differently; remarks without bytes are left out. */
export function transcript(path: string): Entry[] {
  const content = JSON.parse(fixture(path));
  const entries: { dir: string; hex: string; note: string }[] = content.transcript ?? content;
  return entries
    .filter(({ hex }) => hex !== "")
    .map(({ dir, hex, note }) => ({ from: dir.startsWith("c") ? "client" : "server", hex, note }));
}
