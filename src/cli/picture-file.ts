import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Throws when no picture can be saved there. Nothing is written. */
export function expectWritable(path: string): void {
  attempt(path, () => {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new Error("it is a directory");
    accessSync(existing === undefined ? dirname(path) : path, constants.W_OK);
  });
}

export function savePicture(path: string, bytes: Uint8Array): void {
  attempt(path, () => writeFileSync(path, bytes));
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(`Cannot save the picture to ${path}: ${reason}`, { cause });
  }
}
