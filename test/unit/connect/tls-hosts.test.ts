import { expect, test } from "bun:test";
import { TlsHosts } from "../../../src/connect/tls-hosts.ts";

test("a client that has too many hosts remembered loses its own oldest, nobody else's", () => {
  const hosts = new TlsHosts();
  for (const host of ["pc-01", "pc-02"]) hosts.add(host, "teacher");
  for (let index = 1; index <= 20_000; index++) hosts.add(`own-${index}`, "attacker");
  expect(["pc-01", "pc-02", "own-20000"].map((host) => hosts.has(host))).toEqual([
    true,
    true,
    true,
  ]);
  // 10,000 in all.
  expect([hosts.has("own-10002"), hosts.has("own-10003")]).toEqual([false, true]);
});

test("a host that both have dialled cannot be made the attacker's, and be forgotten with its own", () => {
  const hosts = new TlsHosts();
  hosts.add("pc-01", "teacher");
  hosts.add("own", "attacker");
  hosts.add("own-too", "attacker");
  hosts.add("pc-01", "attacker");
  for (let index = 1; index <= 20_000; index++) hosts.add(`own-${index}`, "attacker");
  expect(hosts.has("pc-01")).toBe(true);
});

test("a host that is dialled again is the newest", () => {
  const hosts = new TlsHosts();
  for (let index = 1; index <= 10_000; index++) hosts.add(`pc-${index}`, "school");
  hosts.add("pc-1", "school");
  hosts.add("another", "school");
  expect(["pc-1", "pc-2", "pc-3"].map((host) => hosts.has(host))).toEqual([true, false, true]);
});
