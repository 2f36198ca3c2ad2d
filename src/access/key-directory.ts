import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Logger } from "../log/logger.ts";
import { isKeyName, keyNameWanted } from "./key-name.ts";
import { isReadableByAll, isWritableByOthers, readRegularFile } from "./read-file.ts";

/** A key of the server cannot be used. The message is for its callers: it names no path. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}

/** The largest RSA keys have a quarter of it. */
const keyBytesMax = 64 * 1024;

/** Private keys of this computer, each as NAME/key, as Veyon has them. */
export class KeyDirectory {
  /** Empty: there is none. */
  readonly #path: string;
  readonly #log: Logger;
  /** Files that have been warned of. */
  readonly #open = new Set<string>();

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** What stands in the file of the key; read anew each time. Throws KeyError. */
  async read(name: string): Promise<string> {
    if (!isKeyName(name)) throw new KeyError(`a key has a name of ${keyNameWanted}`);
    if (this.#path === "") throw new KeyError("this server has no keys");
    const path = join(this.#path, name, "key");
    try {
      const { text, mode } = await readRegularFile(await this.#resolve(path), keyBytesMax);
      this.#warnIfOpen(path, mode);
      return text;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#log.warn("private key not read", { file: path, reason: message });
      const what = code === "ENOENT" ? "does not have" : "cannot read";
      throw new KeyError(`this server ${what} its key ${name}`, { cause: error });
    }
  }

  /** Links lead to other places of the directory at most. */
  async #resolve(path: string): Promise<string> {
    const [root, file] = await Promise.all([realpath(this.#path), realpath(path)]);
    if (file.startsWith(root.endsWith(sep) ? root : root + sep)) return file;
    throw new Error(`it is a link to ${file}, which is outside of ${root}`);
  }

  #warnIfOpen(path: string, mode: number): void {
    const isOpen = isReadableByAll(mode) || isWritableByOthers(mode);
    if (!isOpen || this.#open.has(path)) return;
    this.#open.add(path);
    this.#log.warn("others may read or write a private key", { file: path });
  }
}
