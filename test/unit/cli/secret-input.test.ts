/** A password that comes through a pipe, in a process of its own since it takes standard input. */
import { expect, test } from "bun:test";
import { join } from "node:path";

const source = join(import.meta.dir, "../../../src/cli/secret-input.ts");
const script = `
import { readSecret } from ${JSON.stringify(source)};
console.log(JSON.stringify(await readSecret("Password").catch((error) => ({ error: error.message }))));`;

async function read(typed: string): Promise<unknown> {
  const stdin = Buffer.from(typed, "latin1");
  const child = Bun.spawn([process.execPath, "-e", script], { stdin, stdout: "pipe" });
  return JSON.parse(await child.stdout.text());
}

const noPassword = { error: "Cannot log in: no password given" };
const notUtf8 = { error: "Cannot read the password: it is not UTF-8" };

test.each<[string, string, unknown]>([
  ["in UTF-8", "P\xc3\xa4ssw0rd \xf0\x9f\x98\x80\n", "P\u00e4ssw0rd \u{1f600}"],
  ["with a line end of Windows, and more lines", "one\r\ntwo\r\n", "one"],
  ["without a line end", "one", "one"],
  ["with a byte order mark", "\xef\xbb\xbfone\n", "one"],
  ["that is empty", "\n", noPassword],
  ["that is not there", "", noPassword],
  ["in Latin-1", "P\xe4ssw0rd\n", notUtf8],
  ["that is cut in a character", "P\xc3", notUtf8],
])("a password %s is read as it was typed, or not at all", async (_, typed, secret) => {
  expect(await read(typed)).toEqual(secret);
});
