import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Where the system tells nothing, as for files of another computer, the file is looked at. */
const lookMs = 2000;

/** Whoever writes a file in several steps is given time to finish. */
const settleMs = 50;

/**
 * Calls `onChange` when the file at a path is another than at the last call that has succeeded: one
 * that cannot be read for a moment, for want of descriptors, is tried again.
 */
export class FileWatch {
  readonly #path: string;
  readonly #onChange: () => Promise<boolean>;
  readonly #looking: Timer;
  readonly #watcher: FSWatcher | null;
  #settling: Timer | null = null;
  #seen: string;
  #running: Promise<void> = Promise.resolve();

  private constructor(path: string, seen: string, onChange: () => Promise<boolean>) {
    this.#path = path;
    this.#seen = seen;
    this.#onChange = onChange;
    this.#looking = setInterval(() => this.#look(), lookMs).unref();
    this.#watcher = this.#watch();
  }

  /**
   * What happens to the file from now on counts. `onChange` gives whether it has succeeded, and
   * never rejects.
   */
  static async start(path: string, onChange: () => Promise<boolean>): Promise<FileWatch> {
    return new FileWatch(path, await signatureOf(path), onChange);
  }

  close(): void {
    clearInterval(this.#looking);
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#watcher?.close();
  }

  /** The directory, since a file that is replaced is not the one that was watched any more. */
  #watch(): FSWatcher | null {
    const name = basename(this.#path);
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, (_, changed) => {
        if (changed !== null && changed !== name) return;
        this.#settling ??= setTimeout(() => {
          this.#settling = null;
          this.#look();
        }, settleMs);
      });
      watcher.on("error", () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }

  #look(): void {
    this.#running = this.#running.then(async () => {
      const signature = await signatureOf(this.#path);
      if (signature === this.#seen) return;
      if (await this.#onChange()) this.#seen = signature;
    });
  }
}

/** What changes with every change of a file, also when its time is set back. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return [ino, size, mtimeMs, ctimeMs].join(" ");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
