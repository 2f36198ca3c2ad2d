import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  decodeTokenFile,
  encodeTokenFile,
  readTokenFile,
  TokenFileError,
} from "../../../src/access/token-file.ts";
import { failureOf } from "../../support/failure.ts";

const sha256 = "ab".repeat(32);
const token = {
  name: "portal",
  sha256,
  scopes: ["view", "power"],
  hosts: "room1-*, 10.1.0.0/16",
  key: "teacher",
  created: "2026-11-27T21:00:00.000Z",
};

test("a token of every field", () => {
  const [read, ...others] = decodeTokenFile(JSON.stringify({ tokens: [token] }));
  expect(others).toEqual([]);
  expect(read).toMatchObject({
    name: "portal",
    sha256,
    scopes: ["view", "power"],
    hosts: { text: "room1-*, 10.1.0.0/16" },
    keyName: "teacher",
    created: "2026-11-27T21:00:00.000Z",
  });
});

test("without hosts and key it is good for all hosts and no key", () => {
  const { hosts: _, key: __, ...rest } = token;
  const [read] = decodeTokenFile(JSON.stringify({ tokens: [rest] }));
  expect(read).toMatchObject({ hosts: null, keyName: null });
});

test("is written as it was read", () => {
  const { hosts: _, key: __, ...rest } = token;
  const text = JSON.stringify({ tokens: [token, { ...rest, name: "b", sha256: "0".repeat(64) }] });
  expect(JSON.parse(encodeTokenFile(decodeTokenFile(text)))).toEqual(JSON.parse(text));
});

describe("is refused as a whole, and what is wrong is named", () => {
  const { scopes: _, ...withoutScopes } = token;
  test.each([
    ["", "it is no JSON"],
    ["not json", "it is no JSON"],
    ["[]", "expected object, received array"],
    ["{}", "tokens: "],
    [{ tokens: [token], extra: 1 }, 'Unrecognized key: "extra"'],
    [{ tokens: [{ ...token, host: "x" }] }, 'tokens.0: Unrecognized key: "host"'],
    [{ tokens: [withoutScopes] }, "tokens.0.scopes: "],
    [{ tokens: [{ ...token, scopes: [] }] }, "tokens.0.scopes: "],
    [{ tokens: [{ ...token, scopes: ["View"] }] }, "tokens.0.scopes.0: "],
    [{ tokens: [{ ...token, hosts: "" }] }, "tokens.0.hosts: found no host"],
    [{ tokens: [{ ...token, hosts: "10.1.*" }] }, 'tokens.0.hosts: found "10.1.*"'],
    [{ tokens: [{ ...token, hosts: ["room1-*"] }] }, "tokens.0.hosts: "],
    [{ tokens: [{ ...token, key: "../teacher" }] }, "tokens.0.key: wanted"],
    [{ tokens: [{ ...token, name: "a b" }] }, "tokens.0.name: wanted"],
    [{ tokens: [{ ...token, name: "a\nb" }] }, "tokens.0.name: wanted"],
    [{ tokens: [{ ...token, sha256: "AB".repeat(32) }] }, "tokens.0.sha256: wanted"],
    [{ tokens: [{ ...token, created: "yesterday" }] }, "tokens.0.created: "],
    [{ tokens: [token, { ...token, sha256: "0".repeat(64) }] }, "tokens: two have one name"],
    [{ tokens: [token, { ...token, name: "other" }] }, "tokens: two have one hash"],
    [
      {
        tokens: Array.from({ length: 1001 }, (_, i) => ({
          ...token,
          name: `t${i}`,
          sha256: i.toString(16).padStart(64, "0"),
        })),
      },
      "tokens: Too big",
    ],
  ])("%j", async (content, reason) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const failure = await failureOf(() => decodeTokenFile(text));
    expect(failure).toBeInstanceOf(TokenFileError);
    expect(failure.message).toContain(reason);
    expect(failure.message).not.toContain(sha256);
  });
});

describe("on the disk", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tokens-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("that is not there is none", async () => {
    expect(await readTokenFile(join(folder, "none.json"))).toBeNull();
  });

  test.each([
    ["a folder", "", "it is no file"],
    ["a device that never ends", "/dev/zero", "it is no file"],
    ["one of a megabyte and a byte", "long.json", "it has over 1048576 bytes"],
  ])("%s is refused", async (_, name, reason) => {
    const path = name.startsWith("/") ? name : join(folder, name);
    if (name === "long.json") writeFileSync(path, " ".repeat(1024 * 1024 + 1));
    const failure = await failureOf(readTokenFile(path));
    expect(failure).toBeInstanceOf(TokenFileError);
    expect(failure.message).toBe(`Cannot use ${path}: ${reason}`);
  });

  test("a pipe that nobody writes to holds up nothing", async () => {
    const path = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", path]);
    expect((await failureOf(readTokenFile(path))).message).toContain("it is no file");
  });

  test.each([
    [0o600, false],
    [0o640, false],
    [0o660, true],
    [0o602, true],
  ])("with mode %o: others may write is %p", async (mode, isWritableByOthers) => {
    const path = join(folder, `mode-${mode}.json`);
    writeFileSync(path, '{"tokens":[]}', { mode });
    Bun.spawnSync(["chmod", mode.toString(8), path]);
    expect(await readTokenFile(path)).toEqual({ tokens: [], isWritableByOthers });
  });
});
