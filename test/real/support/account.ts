import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bind } from "./real-process.ts";

/** A local account of one host. */
export interface Account {
  login: string;
  password: string;
  fullName: string;
}

/** With characters of two and three bytes of UTF-8 in the password. */
export const pupil: Account = {
  login: "pupil",
  password: "Schüler-Paßwort 1€",
  fullName: "Pia Schüler",
};

/**
 * Above the numbers that Debian gives to people, so that it never meets an account of the machine.
 */
const firstUserId = 61_000;

/** The home of an account of the host that is kept in this directory. */
export function homeOf(directory: string, account: Account): string {
  return join(directory, "home", account.login);
}

/**
 * Writes the machine's account files with further accounts in them, makes the homes, and returns
 * the binds that show the files to one host alone. PAM reads them as it reads the real ones, the
 * machine itself never has the accounts, and nothing needs to be removed, whatever happens to the
 * test.
 */
export function writeAccounts(directory: string, accounts: Account[]): Bind[] {
  const users = accounts.map((account, index) => {
    const id = firstUserId + index;
    const home = homeOf(directory, account);
    mkdirSync(home, { recursive: true });
    chownSync(home, id, id);
    return `${account.login}:x:${id}:${id}:${account.fullName},,,:${home}:/bin/sh\n`;
  });
  const secrets = accounts.map(({ login, password }) => `${login}:${hash(password)}:19000::::::\n`);
  return [
    writeExtended(directory, "/etc/passwd", users),
    writeExtended(directory, "/etc/shadow", secrets),
  ];
}

/** A copy of the machine's file with more lines, to be shown in its place. */
function writeExtended(directory: string, target: string, lines: string[]): Bind {
  const source = join(directory, target.slice(1).replace("/", "-"));
  writeFileSync(source, readFileSync(target, "utf8") + lines.join(""));
  chmodSync(source, target === "/etc/shadow" ? 0o600 : 0o644);
  return { source, target };
}

function hash(password: string): string {
  const { stdout, success } = Bun.spawnSync(["openssl", "passwd", "-6", "-stdin"], {
    stdin: Buffer.from(`${password}\n`),
  });
  if (!success) throw new Error("openssl passwd -6 made no hash");
  return stdout.toString().trim();
}
