/**
 * A real systemd, process 1 of namespaces of its own, on a copy of this computer's files that is
 * gone with it. It has a loopback interface and nothing else, and no service of this computer runs
 * in it.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { until } from "../../sim/support/until.ts";

/** $1: an empty folder. */
const boot = `
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
root=$1/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
# Of what usually starts only the journal is wanted.
rm -f "$root"/etc/systemd/system/*.wants/* "$root"/lib/systemd/system/*.wants/*
# Containers have this file, to keep packages from starting services.
rm -f "$root/usr/sbin/policy-rc.d"
echo 0123456789abcdef0123456789abcdef > "$root/etc/machine-id"
printf '[Unit]\\nWants=systemd-journald.service\\n' > "$root/etc/systemd/system/test.target"
# systemd puts credentials where services see them by that.
mount --make-rshared "$root"
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test \\
  /lib/systemd/systemd --system --unit=test.target --log-target=null --show-status=no
`;

const namespaces = ["--mount", "--pid", "--net", "--cgroup", "--uts", "--ipc"];

const bootMaxMs = 30_000;

export interface Finished {
  readonly exitCode: number;
  /** Standard output and error. */
  readonly output: string;
}

export class BootedSystem {
  readonly #folder = mkdtempSync(join(tmpdir(), "veyon-webapi-systemd-"));
  readonly #unshare: Subprocess;

  private constructor() {
    const options = ["--fork", "--kill-child"];
    const command = ["unshare", ...namespaces, ...options, "sh", "-c", boot, "boot", this.#folder];
    this.#unshare = Bun.spawn(command, { stdio: ["ignore", 2, 2] });
  }

  static async boot(): Promise<BootedSystem> {
    const system = new BootedSystem();
    try {
      await until("systemd", () => system.#isBooted(), bootMaxMs);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** Runs a program in it. */
  run(...command: string[]): Promise<Finished> {
    return this.#enter([...namespaces, "--root", "--wdns=/"], command);
  }

  /** Like `run`, and throws Error unless it goes well. */
  async mustRun(...command: string[]): Promise<string> {
    const { exitCode, output } = await this.run(...command);
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}: ${output}`);
    return output;
  }

  /** Runs JavaScript with this computer's files and the network in there. */
  async evaluate(code: string): Promise<unknown> {
    const script = `console.log(JSON.stringify(await (async () => { ${code} })()))`;
    const { output } = await this.#enter(["--net"], [process.execPath, "-e", script]);
    return JSON.parse(output);
  }

  /** Where its files are seen from here. */
  path(inside: string): string {
    return join(`/proc/${this.#pid()}/root`, inside);
  }

  async stop(): Promise<void> {
    // The first process of the namespaces takes all others with it.
    this.#unshare.kill("SIGKILL");
    await this.#unshare.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #isBooted(): Promise<boolean> {
    if (this.#unshare.exitCode !== null) throw new Error("systemd has ended");
    // The process is there before it has changed its root, which nothing may be run in.
    if (!existsSync(this.path("/run/systemd/private"))) return false;
    const { output } = await this.run("systemctl", "is-active", "test.target");
    return output.trim() === "active";
  }

  async #enter(options: string[], command: string[]): Promise<Finished> {
    const enter = ["nsenter", "-t", this.#pid(), ...options, "--", ...command];
    const child = Bun.spawn(enter, { stdio: ["ignore", "pipe", "pipe"] });
    const output = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { exitCode: await child.exited, output: output.join("") };
  }

  /** Of process 1 in it: the one child of `unshare`. */
  #pid(): string {
    const { pid } = this.#unshare;
    const { stdout } = Bun.spawnSync(["cat", `/proc/${pid}/task/${pid}/children`]);
    return stdout.toString().trim();
  }
}
