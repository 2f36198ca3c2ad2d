/** Changes the file of access tokens, so that nobody reads half of it or loses another's change. */
import { Database } from "bun:sqlite";
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { AccessToken } from "./access-token.ts";
import { decodeTokenFile, encodeTokenFile, TokenFileError } from "./token-file.ts";

/** Somebody else's change takes a moment. */
const lockWaitMs = 10_000;

const ownerOnly = 0o600;
const groupMayRead = 0o040;
const othersMayRead = 0o004;

/**
 * Writes what `change` makes of the tokens in the file, which need not be there yet. Throws
 * TokenFileError, and what `change` throws; then the file stays as it is.
 */
export function changeTokenFile(
  path: string,
  change: (tokens: readonly AccessToken[]) => readonly AccessToken[],
): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const release = lock(file);
  try {
    replace(file, encodeTokenFile(change(read(file))));
  } finally {
    release();
  }
}

/**
 * By a lock of SQLite's on a file beside it: the system gives it up with the process that has it,
 * however that ends, on every platform.
 */
function lock(file: string): () => void {
  const database = attempt(file, () => new Database(`${file}.lock`));
  try {
    database.run(`PRAGMA busy_timeout = ${lockWaitMs}`);
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new TokenFileError(`Cannot lock ${file}: ${(error as Error).message}`, { cause: error });
  }
  return () => database.close();
}

function read(file: string): readonly AccessToken[] {
  return attempt(file, () => (existsSync(file) ? decodeTokenFile(readFileSync(file, "utf8")) : []));
}

function replace(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  attempt(file, () => {
    const before = existsSync(file) ? statSync(file) : null;
    const owner = before ?? statSync(dirname(file));
    try {
      write(draft, text, owner, before?.mode ?? 0);
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

/**
 * The server runs as a user of its own: what root writes for it has to be readable, so it belongs
 * to whom the file has belonged, or the directory. `mode`: of the file before; who could read it
 * still can, but for a group that it cannot be given.
 */
function write(path: string, text: string, { uid, gid }: Stats, mode: number): void {
  const descriptor = openSync(path, "wx", ownerOnly);
  try {
    writeSync(descriptor, text);
    give(descriptor, uid, gid);
    const kept = fstatSync(descriptor).gid === gid ? groupMayRead | othersMayRead : othersMayRead;
    fchmodSync(descriptor, ownerOnly | (mode & kept));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** By the descriptor: who can write to the directory may have put something else at the path. */
function give(descriptor: number, uid: number, gid: number): void {
  if (process.getuid === undefined) return;
  const self = process.getuid();
  try {
    // Who is not root can give it a group of his own at most.
    fchownSync(descriptor, self === 0 ? uid : self, gid);
  } catch (error) {
    if (self === 0) throw error;
  }
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new TokenFileError(`Cannot change ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
