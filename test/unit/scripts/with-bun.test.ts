import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A project that has this Bun installed, and nothing else. */
let project: string;
let script: string;
const node = Bun.which("node")!;
const manifest = '{"devDependencies":{"bun":"0.0.1"}}';
const lock = "{}";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "with-bun-"));
  script = join(project, "scripts", "with-bun.mjs");
  mkdirSync(join(project, "scripts"));
  mkdirSync(join(project, "node_modules", "bun", "bin"), { recursive: true });
  copyFileSync(join(import.meta.dir, "../../../scripts/with-bun.mjs"), script);
  symlinkSync(process.execPath, join(project, "node_modules", "bun", "bin", "bun.exe"));
  writeFileSync(join(project, "package.json"), manifest);
  writeFileSync(join(project, "bun.lock"), lock);
  const hash = createHash("sha256").update(manifest).update(lock).digest("hex");
  const stamp = `${hash} ${process.platform} ${process.arch}\n`;
  writeFileSync(join(project, "node_modules", ".installed-for"), stamp);
});

afterAll(() => rmSync(project, { recursive: true }));

function withBun(...parameters: string[]) {
  return Bun.spawn([node, script, ...parameters], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: "/nowhere" },
  });
}

test("passes on arguments, streams and the exit code", async () => {
  const code = `console.error("to stderr"); console.log(process.argv.slice(1).join("|"), await Bun.stdin.text()); process.exit(7)`;
  const child = withBun("-e", code, "a b", "--c=d");
  void child.stdin.write("typed");
  void child.stdin.end();
  expect(await child.stdout.text()).toBe("a b|--c=d typed\n");
  expect(await child.stderr.text()).toBe("to stderr\n");
  expect(await child.exited).toBe(7);
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("passes on %s", async (signal) => {
  const code = `process.on("${signal}", () => process.exit(5)); setInterval(() => {}, 1000); console.log("ready")`;
  const child = withBun("-e", code);
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill(signal);
  expect(await child.exited).toBe(5);
});

test("dies of the signal that the child died of", async () => {
  const child = withBun("-e", `process.kill(process.pid, "SIGKILL")`);
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
});

test("a changed bun.lock means installing again, and says why that fails", async () => {
  writeFileSync(join(project, "bun.lock"), "{ }");
  const child = withBun("-e", "console.log('ran')");
  expect(await child.stdout.text()).toBe("");
  const said = await child.stderr.text();
  expect(said).toContain("Installing Bun 0.0.1 and the packages, once\n");
  expect(said).toMatch(/Cannot install Bun: npm install .* bun@0\.0\.1: .*ENOENT/);
  expect(await child.exited).toBe(1);
  writeFileSync(join(project, "bun.lock"), lock);
});
