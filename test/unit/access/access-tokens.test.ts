import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { AccessTokens } from "../../../src/access/access-tokens.ts";
import { createSecret, sha256Of } from "../../../src/access/access-token.ts";
import { TokenFileError } from "../../../src/access/token-file.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { failureOf } from "../../support/failure.ts";

let folder: string;
let file: string;
let tokens: AccessTokens | null;
let lines: string[];
let onLine: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tokens-"));
  file = join(folder, "tokens.json");
  tokens = null;
  lines = [];
  onLine = () => {};
});
afterEach(() => {
  tokens?.close();
  rmSync(folder, { recursive: true });
});

const log = createLogger({
  level: "debug",
  sink: (line) => {
    lines.push(line.replace(/^.* level=/, ""));
    onLine();
  },
});

async function open(): Promise<AccessTokens> {
  return (tokens = await AccessTokens.open({ file, defaultPort: 11100, log }));
}

/** As soon as it is there. */
async function line(text: string): Promise<string> {
  for (;;) {
    const found = lines.find((each) => each.includes(text));
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (onLine = resolve));
  }
}

const entry = (name: string, secret: string, rest: object = {}) => ({
  name,
  sha256: sha256Of(secret).toHex(),
  scopes: ["view"],
  created: "2026-11-27T21:00:00.000Z",
  ...rest,
});

/** In place of the file, as the command does it. */
function replaceFile(...entries: object[]): void {
  writeFileSync(`${file}.tmp`, JSON.stringify({ tokens: entries }));
  renameSync(`${file}.tmp`, file);
}

test("a secret is 256 random bits that go into a header as they are", () => {
  const secrets = [createSecret(), createSecret()];
  for (const secret of secrets) expect(secret).toMatch(/^vwapi_[\w-]{43}$/);
  expect(secrets[0]).not.toBe(secrets[1]);
});

test("the holder of a secret is found, and nobody else", async () => {
  const [secret, other] = [createSecret(), createSecret()];
  replaceFile(entry("a", createSecret()), entry("portal", secret), entry("z", createSecret()));
  const found = await open();
  expect(found.find(secret)).toMatchObject({ name: "portal", id: sha256Of(secret).toHex() });
  const hash = sha256Of(secret).toHex();
  for (const wrong of [other, "", hash, `${secret} `, secret.slice(1), secret.toUpperCase()]) {
    expect(found.find(wrong)).toBeNull();
  }
});

test("rights are those of the file", async () => {
  const secret = createSecret();
  replaceFile(
    entry("portal", secret, { scopes: ["view", "power"], hosts: "room1-*", key: "teacher" }),
  );
  const access = (await open()).find(secret)!;
  expect(access.has("view")).toBeTrue();
  expect(access.has("power")).toBeTrue();
  expect(access.has("features")).toBeFalse();
  expect(access.keyName).toBe("teacher");
  expect(access.hosts?.refusal({ host: "room1-pc1", port: 11100 })).toBeNull();
  expect(access.hosts?.refusal({ host: "room2-pc1", port: 11100 })).toBe(
    "it is none of the hosts of the access token portal",
  );
});

describe("a file that is not there yet", () => {
  test("has no tokens, and is read as soon as it is there", async () => {
    const secret = createSecret();
    const found = await open();
    expect(lines).toEqual([`warn event="there are no access tokens yet" file=${file}`]);
    expect(found.find(secret)).toBeNull();
    replaceFile(entry("portal", secret));
    expect(await line("access tokens read")).toEndWith(`file=${file} count=1 added=portal`);
    expect(found.find(secret)).not.toBeNull();
  });

  test("is followed in a directory that is not there yet, too", async () => {
    const secret = createSecret();
    const later = join(folder, "later");
    file = join(later, "tokens.json");
    const found = await open();
    Bun.spawnSync(["mkdir", later]);
    replaceFile(entry("portal", secret));
    await line("access tokens read");
    expect(found.find(secret)).not.toBeNull();
  }, 20_000);
});

describe("a file that changes", () => {
  test("adds, changes and revokes tokens; what stays is the same", async () => {
    const [a, b, c, d] = [createSecret(), createSecret(), createSecret(), createSecret()];
    replaceFile(entry("a", a), entry("b", b), entry("c", c));
    const found = await open();
    const before = [a, b, c].map((secret) => found.find(secret)!);
    const weakened: string[][] = [];
    found.whenChanged((ids) => weakened.push([...ids]));
    replaceFile(entry("a", a), entry("b", b, { scopes: ["power"] }), entry("d", d));
    expect(await line("added=d")).toEndWith("count=3 added=d changed=b revoked=c");
    expect(weakened).toEqual([[b, c].map((secret) => sha256Of(secret).toHex())]);
    expect(found.find(a)).toBe(before[0]);
    expect(found.find(b)?.has("view")).toBeFalse();
    expect(found.find(c)).toBeNull();
    expect(found.find(d)?.name).toBe("d");
    expect(before.map((access) => access.isRevoked)).toEqual([false, true, true]);
  });

  test("to another token of the same name revokes the first", async () => {
    const [old, fresh] = [createSecret(), createSecret()];
    replaceFile(entry("portal", old));
    const found = await open();
    replaceFile(entry("portal", fresh));
    expect(await line("revoked=portal")).toContain("added=portal");
    expect([found.find(old), found.find(fresh)?.name]).toEqual([null, "portal"]);
  });

  test("in place, to the same size and with its old time, is noticed", async () => {
    const [old, fresh] = [createSecret(), createSecret()];
    const content = (secret: string) => JSON.stringify({ tokens: [entry("portal", secret)] });
    writeFileSync(file, content(old));
    const { atime, mtime } = statSync(file);
    const found = await open();
    writeFileSync(file, content(fresh));
    utimesSync(file, atime, mtime);
    await line("revoked=portal");
    expect([found.find(old), found.find(fresh)?.name]).toEqual([null, "portal"]);
  });

  test.each([
    ["broken", () => writeFileSync(file, "{ half"), "it is no JSON"],
    ["gone", () => rmSync(file), "it is gone"],
  ])("to %s keeps the tokens, says so, and is read again later", async (_, spoil, reason) => {
    const [old, fresh] = [createSecret(), createSecret()];
    replaceFile(entry("portal", old));
    const found = await open();
    spoil();
    const told = await line("not read");
    expect(told).toBe(
      `error event="access tokens not read, those before stay" reason="Cannot use ${file}: ${reason}"`,
    );
    expect(found.find(old)?.name).toBe("portal");
    replaceFile(entry("portal", fresh));
    await line("revoked=portal");
    expect([found.find(old), found.find(fresh)?.name]).toEqual([null, "portal"]);
  });
});

test("a file that is broken at the start is refused", async () => {
  writeFileSync(file, "{ half");
  expect(await failureOf(open())).toBeInstanceOf(TokenFileError);
});

test("one that others may write is warned of", async () => {
  replaceFile();
  Bun.spawnSync(["chmod", "666", file]);
  await open();
  expect(lines[0]).toBe(`warn event="others may write the access tokens" file=${file}`);
});

test.each([
  ["a scope less", { scopes: ["view"] }, true],
  ["a scope more", { scopes: ["view", "power", "control"] }, false],
  ["a host less", { hosts: "10.1.0.0/16" }, true],
  ["a host more", { hosts: "room2-*, 10.1.0.0/16, room1-*" }, false],
  ["all hosts", { hosts: undefined }, false],
  ["another key", { key: "head" }, true],
  ["no key", { key: undefined }, true],
])("a token that gets %s is weakened or not", async (_, change, isWeakened) => {
  const secret = createSecret();
  const rights = { scopes: ["view", "power"], hosts: "room1-*, 10.1.0.0/16", key: "teacher" };
  replaceFile(entry("portal", secret, rights));
  const found = await open();
  const changed = Promise.withResolvers<ReadonlySet<string>>();
  found.whenChanged(changed.resolve);
  replaceFile(entry("portal", secret, { ...rights, ...change }));
  expect([...(await changed.promise)]).toEqual(isWeakened ? [sha256Of(secret).toHex()] : []);
});

test("a token that had all hosts is weakened by a list", async () => {
  const secret = createSecret();
  replaceFile(entry("portal", secret));
  const found = await open();
  const changed = Promise.withResolvers<ReadonlySet<string>>();
  found.whenChanged(changed.resolve);
  replaceFile(entry("portal", secret, { hosts: "**" }));
  expect((await changed.promise).size).toBe(1);
});
