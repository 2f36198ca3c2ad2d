import { constants } from "node:fs";
import { open } from "node:fs/promises";

export interface ReadFile {
  readonly text: string;
  /** Permission bits; on Windows they say nothing. */
  readonly mode: number;
}

/** Opening a pipe would wait for its other end. Windows does not know it. */
const withoutWaiting = constants.O_NONBLOCK ?? 0;

/**
 * A whole file of UTF-8. Throws as node:fs does, and for what is no file, or a longer one than
 * anything that belongs there.
 */
export async function readRegularFile(path: string, bytesMax: number): Promise<ReadFile> {
  const file = await open(path, constants.O_RDONLY | withoutWaiting);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is no file");
    if (stats.size > bytesMax) throw new Error(`it has over ${bytesMax} bytes`);
    return { text: await file.readFile("utf8"), mode: stats.mode };
  } finally {
    await file.close();
  }
}

const writableByOthers = 0o022;
const readableByAll = 0o004;

export function isWritableByOthers(mode: number): boolean {
  return process.platform !== "win32" && (mode & writableByOthers) !== 0;
}

export function isReadableByAll(mode: number): boolean {
  return process.platform !== "win32" && (mode & readableByAll) !== 0;
}
