import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "./network.ts";

/**
 * A file or directory of the machine that is replaced by another for one process and its children.
 */
export interface Bind {
  source: string;
  target: string;
}

export interface StartOptions {
  /** Names it in errors, and its log file. */
  name: string;
  command: string[];
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  /**
   * Working directory; takes what the program and its children write to standard output and error,
   * as `name`.log.
   */
  directory: string;
  binds?: Bind[];
  /** Shares its System V memory with this process, as an X server and its clients must. */
  shareMemoryWith?: RealProcess;
  /** Default: the one of this process. */
  network?: Network | undefined;
  /** The processor's cores that it may use; default all. */
  cores?: readonly number[] | undefined;
  /** Resolves when the program is ready. Not awaited any longer once the program has ended. */
  ready?: (log: () => string) => Promise<unknown>;
}

export interface RealProcess {
  /** Of the program itself. */
  readonly pid: number;
  readonly running: boolean;
  /**
   * The exit code as a shell gives it: 128 + number after a signal. By then all it has started is
   * gone as well.
   */
  readonly exited: Promise<number>;
  log(): string;
  /** To the program alone, not to its children. */
  signal(name: "SIGTERM" | "SIGKILL" | "SIGABRT" | "SIGSTOP" | "SIGCONT"): void;
  /** Ends the program and everything it has started. Returns when they are gone. */
  stop(): Promise<void>;
}

const mountAndRun = `
while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 125; shift 2; done
shift
"$@"
exit $?`;

/**
 * Starts a program in mount, process and System V namespaces of its own and waits until it is
 * ready.
 *
 * The namespaces are what makes an end certain: their first process is a shell that waits for the
 * program, and when that shell ends the kernel kills whatever is left inside (x11vnc survives a
 * killed veyon-server otherwise), drops the mounts and frees the shared memory (a killed x11vnc
 * leaves some 20 segments, of 4096 that a machine has). `unshare --kill-child` and `setpriv
 * --pdeathsig` make the shell end together with this process, even when that is killed. A program
 * and its children see process numbers of their own.
 *
 * Throws an error with the end of the log if the program ends before it is ready.
 */
export async function startProcess(options: StartOptions): Promise<RealProcess> {
  const { name, command, env, directory, binds = [], ready } = options;
  const logFile = join(directory, `${name}.log`);
  const log = () => readFileSync(logFile, "utf8");
  const logDescriptor = openSync(logFile, "a");
  const child = Bun.spawn({
    cmd: [...namespaceCommand(binds, options), "--", ...command],
    env,
    cwd: directory,
    stdio: ["ignore", logDescriptor, logDescriptor],
  });
  closeSync(logDescriptor);

  let running = true;
  const exited = child.exited.then((code) => {
    running = false;
    return code;
  });
  const exitedEarly = exited.then((code) => {
    throw new Error(`${name} ended with ${code} before it was ready: ${log().slice(-2000)}`);
  });
  exitedEarly.catch(() => {});

  const stop = async () => {
    const shell = childOf(child.pid);
    // Without a shell, unshare is still at its start and may be killed itself.
    process.kill(shell ?? child.pid, "SIGKILL");
    await exited;
  };
  try {
    await Promise.race([ready?.(log), exitedEarly]);
  } catch (error) {
    if (running) await stop();
    throw error;
  }

  return {
    get pid() {
      return programOf(child.pid);
    },
    get running() {
      return running;
    },
    exited,
    log,
    signal: (name) => process.kill(programOf(child.pid), name),
    stop: async () => {
      if (running) await stop();
    },
  };
}

/** What runs the command that follows `--` in namespaces of its own. */
function namespaceCommand(
  binds: Bind[],
  { shareMemoryWith, network, cores }: StartOptions,
): string[] {
  const unshare = "unshare --mount --pid --fork --kill-child --mount-proc".split(" ");
  return [
    "setpriv",
    "--pdeathsig=KILL",
    ...(network?.enter ?? []),
    ...(cores ? ["taskset", "--cpu-list", cores.join(",")] : []),
    ...(shareMemoryWith
      ? ["nsenter", `--ipc=/proc/${shareMemoryWith.pid}/ns/ipc`, ...unshare]
      : [...unshare, "--ipc"]),
    "sh",
    "-c",
    mountAndRun,
    "sh",
    ...binds.flatMap(({ source, target }) => [source, target]),
  ];
}

/** The program is the first child of the shell, which is the only child of unshare. */
function programOf(unsharePid: number): number {
  const shell = childOf(unsharePid);
  const program = shell === undefined ? undefined : childOf(shell);
  if (program === undefined) throw new Error(`No program runs under process ${unsharePid}`);
  return program;
}

function childOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children === "" ? undefined : Number(children.split(" ")[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
