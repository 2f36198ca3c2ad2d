import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutation } from "./mutations.ts";

/** A copy of the last commit, in the temporary directory. */
export class Worktree {
  readonly path = mkdtempSync(join(tmpdir(), "veyon-webapi-mutate-"));
  readonly #root: string;

  /** `root` is the repository, with its packages installed. */
  constructor(root: string) {
    this.#root = root;
    this.#git("worktree", "add", "--quiet", "--force", "--detach", this.path, "HEAD");
    symlinkSync(join(root, "node_modules"), join(this.path, "node_modules"));
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), "utf8");
  }

  /** Changes a file for as long as `action` takes. */
  async mutated<T>(file: string, mutation: Mutation, action: () => Promise<T>): Promise<T> {
    const path = join(this.path, file);
    const source = readFileSync(path, "utf8");
    const { start, end, replacement } = mutation;
    writeFileSync(path, source.slice(0, start) + replacement + source.slice(end));
    try {
      return await action();
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    this.#git("worktree", "prune");
  }

  #git(...parameters: string[]): void {
    const { exitCode, stderr } = Bun.spawnSync(["git", ...parameters], { cwd: this.#root });
    if (exitCode !== 0) throw new Error(`Cannot git ${parameters[0]}: ${stderr.toString().trim()}`);
  }
}
