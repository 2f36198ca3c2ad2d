/** A root directory with little in it, and programs that see nothing else. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

export class SmallRoot {
  readonly path = mkdtempSync(join(tmpdir(), "veyon-webapi-root-"));

  constructor() {
    chmodSync(this.path, 0o755);
    for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(this.path, name));
  }

  /** Copies files, to the folder `to` in it. Links become what they point to. */
  add(to: string, ...files: readonly string[]): void {
    for (const file of files) {
      const path = join(this.path, to, basename(file));
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(file, path);
    }
  }

  link(path: string, target: string): void {
    symlinkSync(target, join(this.path, path));
  }

  /** The command that runs another one in it, as nobody, who can write to /tmp alone. */
  command(...command: readonly string[]): string[] {
    const script = `
      mount --bind "$0" "$0"
      mount -o remount,bind,ro "$0"
      mount --rbind /dev "$0/dev"
      mount -t proc proc "$0/proc"
      mount -t tmpfs tmpfs "$0/tmp"
      exec chroot --userspec=65534:65534 "$0" "$@"`;
    const namespaces = ["--mount", "--pid", "--fork", "--kill-child"];
    return ["unshare", ...namespaces, "sh", "-ec", script, this.path, ...command];
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
