/**
 * How hosts are named: as a school names them, in networks where name servers of the test answer,
 * and where nobody does.
 */
import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { noNetworks, runWithOwnFiles } from "./support/own-network.ts";

const naming = resolve(import.meta.dir, "support/school-names.ts");
const attacking = resolve(import.meta.dir, "support/unanswered-names.ts");

const files = {
  "/etc/resolv.conf": "nameserver 127.0.0.53\nsearch school.example lab.example\n",
  "/etc/hosts":
    "127.0.0.1 localhost\n127.0.0.1 Teacher-PC # the desk\nfd91::1 both\n127.0.0.1 both\n",
};

const title = `names${noNetworks === null ? "" : ` (skipped: ${noNetworks})`}`;

describe.skipIf(noNetworks !== null)(title, () => {
  test("of a school are found: by search domains, hosts file, and as this computer", async () => {
    const names = ["pc-01", "PC-01", "pc-02", "pc-02.lab.example", "twice", "teacher-pc", "both"];
    const all = [...names, "localhost", "127.0.0.1"];
    const { stdout } = await runWithOwnFiles(files, naming, ...all, "pc-99", "long");
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(answers.slice(0, all.length)).toEqual(
      all.map((name) => ({ name, status: 200, details: null })),
    );
    expect(answers.slice(all.length)).toMatchObject([
      { name: "pc-99", status: 408, details: expect.stringContaining("no such host name") },
      // 127.0.0.9, where nobody listens.
      { name: "long", status: 408, details: expect.stringContaining("the connection is refused") },
    ]);
  }, 60_000);

  test("that nobody answers stop no picture and no other name", async () => {
    const { stdout } = await runWithOwnFiles(files, attacking);
    expect(JSON.parse(stdout)).toEqual({
      pictures: Array<number>(29).fill(200),
      named: 200,
      // All that while the attacker has waited, with half of the places.
      answered: 0,
      silent: 128,
    });
  }, 60_000);
});
