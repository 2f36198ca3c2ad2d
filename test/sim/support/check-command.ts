/** `veyon-webapi check` as a program, from its sources. */
import { resolve } from "node:path";
import { ConcurrencyLimit } from "../../support/concurrency-limit.ts";
import { onceOver } from "./fixture-host.ts";

const main = resolve(import.meta.dir, "../../../src/main.ts");

export interface Checked {
  readonly exitCode: number;
  readonly stdout: string;
  /** Of each step: what became of it, and the text about it. */
  readonly steps: Readonly<Record<string, readonly [outcome: string, text: string]>>;
  /** What the last step says about its failure; null when nothing has failed. */
  readonly likelyCause: string | null;
}

const stepLine = /^(ok|FAILED|MISSING) +(\w+) +\d+ ms  (.*)$/;

/** Other tests run at the same time, and some of them have to be done by a certain time. */
const programs = new ConcurrencyLimit(3);

/** `stdin`: what is typed. It stays open, as a terminal does. */
export function runCheck(
  args: readonly string[],
  stdin: string | Uint8Array = "",
): Promise<Checked> {
  return programs.run(() => run(args, stdin));
}

async function run(args: readonly string[], stdin: string | Uint8Array): Promise<Checked> {
  const child = Bun.spawn(
    [process.execPath, main, "check", ...args, "--veyon-config", "/dev/null"],
    {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  onceOver(() => child.kill("SIGKILL"));
  void child.stdin.write(stdin);
  void child.stdin.flush();
  const stdout = await child.stdout.text();
  const exitCode = await child.exited;
  const lines = stdout.split("\n").flatMap((line) => {
    const match = stepLine.exec(line);
    return match === null ? [] : [[match[2], [match[1], match[3]]] as const];
  });
  const likelyCause = /^ +Likely cause: (.*)$/m.exec(stdout)?.[1] ?? null;
  return { exitCode, stdout, steps: Object.fromEntries(lines), likelyCause };
}
