/** The hook that a contributor installs, in a copy of this repository. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";

const root = resolve(import.meta.dir, "../../..");

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "veyon-webapi-hook-"));
  const files = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z");
  for (const file of files.output.split("\0")) {
    if (file !== "" && !file.startsWith("test/fixtures/"))
      cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  git(copy, "init", "-q");
  git(copy, "config", "core.hooksPath", "scripts/hooks");
  writeFileSync(join(copy, ".git/info/exclude"), "node_modules\n");
});
afterAll(() => rmSync(copy, { recursive: true }));

function git(cwd: string, ...parameters: string[]): { exitCode: number; output: string } {
  const author = ["-c", "user.name=test", "-c", "user.email=test@test.invalid"];
  const command = ["git", ...author, ...parameters];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd });
  return { exitCode, output: stdout.toString() + stderr.toString() };
}

/** Type check, lint and format of the whole project, twice. */
const hookLimitMs = 300_000;

test(
  "refuses a commit while types, lint or format are wrong, and lets it pass when they are mended",
  () => {
    const file = join(copy, "src/new.ts");
    writeFileSync(file, 'export const  count: number = "one";\nPromise.reject(count);\n');
    git(copy, "add", "-A");
    const refused = git(copy, "commit", "-m", "Wrong");
    expect(refused.exitCode).not.toBe(0);
    for (const complaint of ["TS2322", "no-floating-promises", ", 3 failed"]) {
      expect(refused.output).toContain(complaint);
    }
    expect(git(copy, "log").exitCode).not.toBe(0);

    writeFileSync(file, "export const count = 1;\n");
    git(copy, "add", "-A");
    const passed = git(copy, "commit", "-m", "Right");
    expect(passed).toMatchObject({ exitCode: 0 });
    expect(git(copy, "log", "--format=%s").output).toBe("Right\n");
  },
  hookLimitMs,
);
