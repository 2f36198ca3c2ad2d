import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { sha256Of } from "../../../src/access/access-token.ts";
import { parseArguments, type TokenCommand } from "../../../src/cli/arguments.ts";
import { runToken } from "../../../src/cli/token.ts";
import { failureOf } from "../../support/failure.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tokens-"));
  file = join(folder, "tokens.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(line: string, accessTokensFile = file) {
  const results: string[] = [];
  const remarks: string[] = [];
  const command = parseArguments(["token", ...line.split(" ")]) as TokenCommand;
  const output = {
    result: (text: string) => void results.push(text),
    remark: (text: string) => void remarks.push(text),
  };
  const isDone = await runToken(command, { accessTokensFile }, output);
  return { isDone, results, remarks };
}

test("create prints the secret alone, and keeps its hash alone", async () => {
  const line = "create --name portal --scopes view,power --hosts room1-* --key teacher";
  const { isDone, results, remarks } = await run(line);
  expect(isDone).toBeTrue();
  expect(results).toEqual([expect.stringMatching(/^vwapi_[\w-]{43}$/)]);
  expect(remarks).toEqual([
    "Made the token portal: view, power for room1-*, with the key teacher. It is shown this once:",
  ]);
  const content = readFileSync(file, "utf8");
  expect(content).not.toContain(results[0]);
  expect(JSON.parse(content)).toEqual({
    tokens: [
      {
        name: "portal",
        sha256: sha256Of(results[0]).toHex(),
        scopes: ["view", "power"],
        hosts: "room1-*",
        key: "teacher",
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ],
  });
});

test("a name is given once", async () => {
  await run("create --name portal --scopes view");
  const before = readFileSync(file, "utf8");
  expect(await run("create --name portal --scopes power")).toEqual({
    isDone: false,
    results: [],
    remarks: ["Cannot make the token portal: there is one of this name"],
  });
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("list has a line for each, without a secret or its hash", async () => {
  expect(await run("list")).toEqual({ isDone: true, results: [], remarks: [] });
  const [secret] = (await run("create --name a --scopes view")).results;
  await run("create --name b --scopes power,metrics --hosts 10.1.0.7 --key k");
  const { results, remarks } = await run("list");
  expect(remarks).toEqual([]);
  expect(results.map((line) => line.replace(/^\S+Z {2}/, ""))).toEqual([
    "a: view for all hosts",
    "b: power, metrics for 10.1.0.7, with the key k",
  ]);
  expect(results.join()).not.toContain(sha256Of(secret).toHex());
});

test("revoke takes one away, and names the others if there is none of this name", async () => {
  await run("create --name a --scopes view");
  await run("create --name b --scopes view");
  expect(await run("revoke --name c")).toEqual({
    isDone: false,
    results: [],
    remarks: ["Cannot revoke c: found a, b"],
  });
  expect((await run("revoke --name a")).remarks).toEqual(["Revoked the token a"]);
  expect((await run("list")).results).toEqual([expect.stringContaining("b: view")]);
});

test("a file that cannot be used is named", async () => {
  writeFileSync(file, "{");
  for (const line of ["create --name a --scopes view", "list", "revoke --name a"]) {
    const { isDone, remarks } = await run(line);
    expect(isDone).toBeFalse();
    expect(remarks[0].replace("change", "use")).toBe(`Cannot use ${file}: it is no JSON`);
  }
});

test("list says when others may write the file", async () => {
  writeFileSync(file, '{"tokens":[]}');
  Bun.spawnSync(["chmod", "666", file]);
  expect((await run("list")).remarks).toEqual([
    `Others may write ${file}, and so give rights to anybody`,
  ]);
});

test("without the setting there is nothing to change", async () => {
  const failure = await failureOf(run("list", ""));
  expect(failure.message).toBe(
    "Cannot use WebAPI/AccessTokensFile: it is empty, wanted the path of a file",
  );
});
