import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { AccessToken } from "../../../src/access/access-token.ts";
import { changeTokenFile } from "../../../src/access/change-token-file.ts";
import { decodeTokenFile, TokenFileError } from "../../../src/access/token-file.ts";
import { failureOf } from "../../support/failure.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tokens-"));
  file = join(folder, "tokens.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

let made = 0;
function token(name: string): AccessToken {
  const sha256 = (++made).toString(16).padStart(64, "0");
  const created = "2026-11-27T21:00:00.000Z";
  return { name, sha256, scopes: ["view"], hosts: null, keyName: null, created };
}

const add = (name: string) => changeTokenFile(file, (tokens) => [...tokens, token(name)]);
const names = () => decodeTokenFile(readFileSync(file, "utf8")).map(({ name }) => name);

test("a new file is for its owner alone, and there is nothing left beside it but the lock", () => {
  add("a");
  add("b");
  expect(names()).toEqual(["a", "b"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(["tokens.json", "tokens.json.lock"]);
});

test.each([
  [0o666, 0o644],
  [0o660, 0o640],
  [0o640, 0o640],
  [0o777, 0o644],
  [0o400, 0o600],
])(
  "a file of mode %o can be read by whom it could, and written by its owner alone",
  (mode, kept) => {
    writeFileSync(file, '{"tokens":[]}');
    chmodSync(file, mode);
    add("a");
    expect(statSync(file).mode & 0o777).toBe(kept);
  },
);

test("what is behind a link is changed, and the link stays", () => {
  const link = join(folder, "link.json");
  add("a");
  symlinkSync(file, link);
  changeTokenFile(link, (tokens) => [...tokens, token("b")]);
  expect(lstatSync(link).isSymbolicLink()).toBeTrue();
  expect(names()).toEqual(["a", "b"]);
});

test.skipIf(process.getuid?.() !== 0)(
  "what root writes belongs to whom the directory belongs, or the file before (wants root)",
  () => {
    Bun.spawnSync(["chown", "61234:61235", folder]);
    add("a");
    expect(statSync(file)).toMatchObject({ uid: 61234, gid: 61235 });
    Bun.spawnSync(["chown", "61236:61237", file]);
    add("b");
    expect(statSync(file)).toMatchObject({ uid: 61236, gid: 61237 });
  },
);

test("a change that fails changes nothing", async () => {
  add("a");
  const before = readFileSync(file, "utf8");
  const failure = await failureOf(() =>
    changeTokenFile(file, () => {
      throw new TokenFileError("no");
    }),
  );
  expect(failure.message).toContain("no");
  expect(readFileSync(file, "utf8")).toBe(before);
  add("b");
  expect(names()).toEqual(["a", "b"]);
});

test("a broken file is not written over", async () => {
  writeFileSync(file, "{ by hand");
  const failure = await failureOf(() => add("a"));
  expect(failure).toBeInstanceOf(TokenFileError);
  expect(failure.message).toBe(`Cannot change ${file}: it is no JSON`);
  expect(readFileSync(file, "utf8")).toBe("{ by hand");
});

test("a directory that is not there is named", async () => {
  file = join(folder, "none", "tokens.json");
  const failure = await failureOf(() => add("a"));
  expect(failure).toBeInstanceOf(TokenFileError);
  expect(failure.message).toStartWith(`Cannot change ${file}: `);
});

test("of many writers at once none loses the change of another", async () => {
  const main = resolve(import.meta.dir, "../../../src/main.ts");
  const set = ["--set", `WebAPI/AccessTokensFile=${file}`, "--veyon-config", "/dev/null"];
  const wanted = Array.from({ length: 6 }, (_, index) => `token-${index}`);
  const writers = wanted.map((name) => {
    const command = ["token", "create", "--name", name, "--scopes", "view", ...set];
    return Bun.spawn([process.execPath, main, ...command], { stderr: "pipe", stdout: "pipe" });
  });
  const codes = await Promise.all(writers.map((writer) => writer.exited));
  expect(codes).toEqual(wanted.map(() => 0));
  expect(names().sort()).toEqual(wanted);
}, 60_000);

test("a writer that was killed leaves no lock behind", async () => {
  const module = resolve(import.meta.dir, "../../../src/access/change-token-file.ts");
  const code = `import { changeTokenFile } from ${JSON.stringify(module)};
    changeTokenFile(${JSON.stringify(file)}, (tokens) => { process.kill(process.pid, "SIGKILL"); return tokens; });`;
  const writer = Bun.spawn([process.execPath, "-e", code], { stderr: "ignore", stdout: "ignore" });
  await writer.exited;
  expect(writer.signalCode).toBe("SIGKILL");
  add("a");
  expect(names()).toEqual(["a"]);
}, 60_000);
