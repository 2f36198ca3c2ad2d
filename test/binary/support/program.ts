/** The compiled program, started where there is nothing else. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Subprocess } from "bun";

const root = resolve(import.meta.dir, "../../..");
export const program = join(root, "dist/veyon-webapi");

/** Builds the program unless it is newer than its sources. */
export function buildIfOld(): void {
  if (existsSync(program) && statSync(program).mtimeMs > newestSourceMs()) return;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "scripts/build.ts"], { cwd: root });
  if (exitCode !== 0) throw new Error(`Cannot build: ${stderr.toString()}`);
}

function newestSourceMs(): number {
  const sources = [...new Bun.Glob("src/**/*").scanSync(root)];
  return Math.max(...sources.map((path) => statSync(join(root, path)).mtimeMs));
}

/** An empty directory that cannot be written to. */
export class EmptyDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "veyon-webapi-binary-"));

  constructor() {
    chmodSync(this.path, 0o555);
  }

  get files(): readonly string[] {
    return readdirSync(this.path);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Neither a home nor a path; only what the caller gives. */
type Environment = Readonly<Record<string, string>>;

export async function runProgram(
  cwd: string,
  args: readonly string[],
  env: Environment = {},
): Promise<Finished> {
  const child = Bun.spawn([program, ...args], { cwd, env, stdin: "ignore", stderr: "pipe" });
  const [stdout, stderr] = [child.stdout.text(), child.stderr.text()];
  return { exitCode: await child.exited, stdout: await stdout, stderr: await stderr };
}

/** A server that has said that it is ready. */
export class RunningProgram {
  /** All that it has written by the time it has ended. */
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;

  private constructor(
    readonly child: Subprocess<"ignore", "pipe", "pipe">,
    readonly readyLine: string,
    stdout: Promise<string>,
  ) {
    this.stdout = stdout;
    this.stderr = child.stderr.text();
  }

  static start(
    cwd: string,
    args: readonly string[],
    env: Environment = {},
  ): Promise<RunningProgram> {
    return RunningProgram.startCommand(cwd, [program, ...args], env);
  }

  /** By way of another program, or as it is for another platform. */
  static async startCommand(
    cwd: string,
    command: readonly string[],
    env: Environment = {},
  ): Promise<RunningProgram> {
    const child = Bun.spawn([...command], {
      cwd,
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const stdout = collect(child.stdout);
    const line = await stdout.firstLine;
    if (line !== null) return new RunningProgram(child, line, stdout.all);
    throw new Error(`Cannot start ${command.join(" ")}: ${await child.stderr.text()}`);
  }

  get url(): string {
    return /https?:\/\/\S+/.exec(this.readyLine)![0];
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Sends the signal; the exit code and how long it took. */
  async end(signal: "SIGTERM" | "SIGINT"): Promise<{ exitCode: number; ms: number }> {
    const startedMs = performance.now();
    this.child.kill(signal);
    const exitCode = await this.child.exited;
    return { exitCode, ms: performance.now() - startedMs };
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/** `firstLine`: null when the stream ends without one. */
function collect(stream: ReadableStream<Uint8Array>) {
  const { promise: firstLine, resolve } = Promise.withResolvers<string | null>();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    }
    resolve(null);
    return text;
  };
  return { firstLine, all: read() };
}
