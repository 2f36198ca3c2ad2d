import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { KeyDirectory, KeyError } from "../../../src/access/key-directory.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { failureOf } from "../../support/failure.ts";

let folder: string;
let base: string;
let lines: string[];
let keys: KeyDirectory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-keys-"));
  base = join(folder, "private");
  lines = [];
  keys = directory(base);
  mkdirSync(base);
  write("teacher", "the key");
});
afterEach(() => rmSync(folder, { recursive: true }));

function directory(path: string): KeyDirectory {
  const sink = (line: string) => void lines.push(line.replace(/^.* level=/, ""));
  return new KeyDirectory(path, createLogger({ level: "debug", sink }));
}

function write(name: string, text: string, mode = 0o440): void {
  mkdirSync(join(base, name), { recursive: true });
  writeFileSync(join(base, name, "key"), text);
  chmodSync(join(base, name, "key"), mode);
}

async function expectRefused(name: string, message: string, reason: string | null): Promise<void> {
  const failure = await failureOf(keys.read(name));
  expect(failure).toBeInstanceOf(KeyError);
  expect(failure.message).toBe(message);
  expect(failure.message).not.toContain(folder);
  if (reason === null) expect(lines).toEqual([]);
  else expect(lines).toEqual([expect.stringContaining(reason)]);
}

test("a key is read where Veyon has it, each time anew, without a word", async () => {
  expect(await keys.read("teacher")).toBe("the key");
  chmodSync(join(base, "teacher", "key"), 0o640);
  writeFileSync(join(base, "teacher", "key"), "another key");
  expect(await keys.read("teacher")).toBe("another key");
  expect(lines).toEqual([]);
});

test.each(["..", ".", "", "../private/teacher", "teacher/../teacher", "a\\b", "a\0b", "/etc", "ä"])(
  "%j is no name, and no path either",
  (name) => expectRefused(name, "a key has a name of 1 to 64 letters, digits, _ or -", null),
);

test("one that is not there", () =>
  expectRefused("pupil", "this server does not have its key pupil", "ENOENT"));

test("no directory at all", async () => {
  keys = directory("");
  await expectRefused("teacher", "this server has no keys", null);
});

test("a directory that is not there", async () => {
  keys = directory(join(folder, "none"));
  await expectRefused("teacher", "this server does not have its key teacher", "ENOENT");
});

test("a link that leads out of the directory, of the file or of its folder", async () => {
  const message = (name: string) => `this server cannot read its key ${name}`;
  writeFileSync(join(folder, "secret"), "not a key of the server");
  mkdirSync(join(base, "file"));
  symlinkSync(join(folder, "secret"), join(base, "file", "key"));
  await expectRefused("file", message("file"), "outside of");
  lines.length = 0;
  mkdirSync(join(folder, "private2", "out"), { recursive: true });
  writeFileSync(join(folder, "private2", "out", "key"), "not a key of the server");
  // A path that begins like that of the directory.
  symlinkSync(join(folder, "private2", "out"), join(base, "folder"));
  await expectRefused("folder", message("folder"), "outside of");
});

test("links inside of the directory, as Kubernetes makes them, and one to the directory", async () => {
  mkdirSync(join(base, "..data"));
  writeFileSync(join(base, "..data", "key"), "a mounted key", { mode: 0o400 });
  mkdirSync(join(base, "mounted"));
  symlinkSync("../..data/key", join(base, "mounted", "key"));
  expect(await keys.read("mounted")).toBe("a mounted key");
  symlinkSync(base, join(folder, "link"));
  expect(await directory(join(folder, "link")).read("teacher")).toBe("the key");
});

test("a folder, a pipe and what is too long for a key", async () => {
  const message = (name: string) => `this server cannot read its key ${name}`;
  mkdirSync(join(base, "folder", "key"), { recursive: true });
  await expectRefused("folder", message("folder"), "it is no file");
  lines.length = 0;
  mkdirSync(join(base, "pipe"));
  Bun.spawnSync(["mkfifo", join(base, "pipe", "key")]);
  await expectRefused("pipe", message("pipe"), "it is no file");
  lines.length = 0;
  write("long", "x".repeat(64 * 1024 + 1));
  await expectRefused("long", message("long"), "it has over 65536 bytes");
});

test.each([
  [0o400, false],
  [0o440, false],
  [0o640, false],
  [0o644, true],
  [0o460, true],
  [0o442, true],
])("mode %o is warned of: %p, once", async (mode, isWarned) => {
  write("open", "the key", mode);
  await keys.read("open");
  await keys.read("open");
  const path = join(base, "open", "key");
  const warning = `warn event="others may read or write a private key" file=${path}`;
  expect(lines).toEqual(isWarned ? [warning] : []);
});
