import { describe, expect, test } from "bun:test";
import {
  comparedHost,
  formatHostAddress,
  parseHostAddress,
} from "../../../src/connect/host-address.ts";
import { HostError } from "../../../src/connect/host-error.ts";
import { failureOf } from "../../support/failure.ts";

const defaultPort = 11100;

const longestLabel = "a".repeat(253);

const understood: [string, string, number][] = [
  ["pc-07", "pc-07", defaultPort],
  ["pc_07.school.example", "pc_07.school.example", defaultPort],
  ["pc-07.", "pc-07.", defaultPort],
  ["Schülerpc", "Schülerpc", defaultPort],
  ["1.2.3.4", "1.2.3.4", defaultPort],
  ["name:11200", "name", 11200],
  ["1.2.3.4:11200", "1.2.3.4", 11200],
  ["[::1]:11200", "::1", 11200],
  ["::1", "::1", defaultPort],
  ["::1:11200", "::1", 11200],
  ["fe80::2:1:11200", "fe80::2:1", 11200],
  ["::ffff:1.2.3.4", "::ffff:1.2.3.4", defaultPort],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", defaultPort],
  ["1:2:3:4:5:6:7:8:11200", "1:2:3:4:5:6:7:8", 11200],
  // Four digits are a part of the address.
  ["::1:1120", "::1:1120", defaultPort],
  ["name:0", "name", defaultPort],
  ["name:00000", "name", defaultPort],
  ["[::1]:0", "::1", defaultPort],
  ["name:1", "name", 1],
  ["name:65535", "name", 65535],
  ["name:000011200", "name", 11200],
  [longestLabel, longestLabel, defaultPort],
];

test.each(understood)("%s", (text, host, port) => {
  expect(parseHostAddress(text, defaultPort)).toEqual({ host, port });
});

describe("unlike the reference,", () => {
  test("[v6] alone is understood, which it answers with 408", () => {
    expect(parseHostAddress("[::1]", defaultPort)).toEqual({ host: "::1", port: defaultPort });
  });

  test.each([
    ["name:86636", "86636"],
    ["1.2.3.4:65536", "65536"],
    ["[::1]:99999", "99999"],
    ["::1:99999", "99999"],
  ])("the port of %s is refused, which it takes modulo 65536", async (text, port) => {
    const failure = await failureOf(() => parseHostAddress(text, defaultPort));
    expect(failure.message).toBe(`Cannot use host "${text}": port ${port}, wanted 0 to 65535`);
  });
});

test("what stands in front of an at sign may be a password, and is in no message", async () => {
  for (const text of ["bob:geheim@pc-07", "bob@geheim@pc-07:1", "pc-07:geheim@x"]) {
    const failure = await failureOf(() => parseHostAddress(text, defaultPort));
    expect(failure.message).toStartWith('Cannot use host "[user]@');
    expect(failure.message).not.toContain("geheim");
  }
});

const refused = [
  "",
  "name:",
  "[::1]:",
  "name:x",
  "name:-1",
  "name: 11200",
  "name:1e3",
  "name:0x10",
  "name:11.5",
  "name:1:2",
  "name:1000000000",
  ":11200",
  "user@name",
  "user@name:11200",
  " name",
  "name ",
  "na me",
  "name\n",
  "a/b",
  "http://name",
  "name?x",
  "name#x",
  "[]",
  "[]:1",
  "[::1",
  "::1]",
  "[::1]x",
  "[::1]:1]",
  "[[::1]]",
  "::1::2",
  "%3A",
  "na\0me",
  `${longestLabel}a`,
];

test.each(refused)("%j is refused", async (text) => {
  const failure = await failureOf(() => parseHostAddress(text, defaultPort));
  expect(failure).toBeInstanceOf(HostError);
  expect((failure as HostError).failure).toBe("bad-address");
  const shown = JSON.stringify(text.replace(/^.*@/, "[user]@").slice(0, 253));
  expect(failure.message).toStartWith(`Cannot use host ${shown}: `);
});

test.each([
  ["name", "name:11100"],
  ["1.2.3.4", "1.2.3.4:11100"],
  ["::1", "[::1]:11100"],
])("%s is written %s, and that is read again", (host, written) => {
  const address = { host, port: defaultPort };
  expect(formatHostAddress(address)).toBe(written);
  expect(parseHostAddress(written, 1)).toEqual(address);
});

test("a host has one spelling in which it is compared", () => {
  const spellings = (...hosts: string[]) =>
    new Set(hosts.map((host) => comparedHost({ host, port: 11100 })));
  expect(spellings("127.0.0.1", "127.1", "0x7f.1", "2130706433", "::ffff:127.0.0.1")).toEqual(
    new Set(["127.0.0.1:11100"]),
  );
  expect(spellings("fd91:0::7", "FD91::7")).toEqual(new Set(["[fd91::7]:11100"]));
  expect(spellings("Pc-07.School", "pc-07.school.")).toEqual(new Set(["pc-07.school:11100"]));
});
