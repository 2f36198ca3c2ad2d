/** With a name server of the test's own, on loopback. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectError } from "../../../../src/net/connect-error.ts";
import type { Answer } from "../../../../src/net/names/answer-source.ts";
import { openHostsFile } from "../../../../src/net/names/hosts-file.ts";
import { NameResolver } from "../../../../src/net/names/name-resolver.ts";
import { openSearchRules } from "../../../../src/net/names/search-list.ts";
import { failureOf } from "../../../support/failure.ts";
import { until } from "../../../sim/support/until.ts";
import { NameServer } from "../../../support/name-server.ts";

const school = {
  "pc-01.school.example": ["10.0.0.1", "10.0.1.1"],
  "both.school.example": ["10.0.0.2", "2001:db8::2"],
  "ipv6.school.example": ["2001:db8::3"],
  "pc-02.lab.example": ["10.0.0.4"],
  "www.example": ["10.0.0.5"],
  "xn--schler-01-s9a.school.example": ["10.0.0.6"],
  "many.school.example": Array.from({ length: 20 }, (_, index) => `10.0.9.${index + 1}`),
  "silent.school.example": "silent",
  "half.school.example": "silent about IPv6",
  "broken.school.example": "SERVFAIL",
  "closed.school.example": "REFUSED",
  "noise.school.example": "garbage",
  "long.school.example": "truncated",
  "late.school.example": "late",
} as const;

let folder: string;
let server: NameServer;
let resolver: NameResolver;
/** What the system has been asked, and what it says. */
let systemAsked: string[];
let askSystem: (name: string) => Promise<Answer>;

const path = (name: string) => join(folder, name);
const resolvConf = (text: string) => writeFileSync(path("resolv.conf"), text);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-names-"));
  server = await NameServer.start({ ...school });
  writeFileSync(path("hosts"), "10.9.9.9 Filed filed.alias # pc-01\n10.9.9.8 two\nfd91::8 two\n");
  resolvConf("search school.example lab.example\n");
  systemAsked = [];
  askSystem = async () => "unknown-name";
  resolver = new NameResolver({
    hosts: openHostsFile(path("hosts")),
    searchRules: openSearchRules(path("resolv.conf")),
    servers: [server.address],
    askSystem: (name) => {
      systemAsked.push(name);
      return askSystem(name);
    },
  });
});

afterEach(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

const look = (name: string, signal = new AbortController().signal, caller = "10.0.0.7") =>
  resolver.lookUp(name, { signal, caller });

async function failure(name: string): Promise<string> {
  const error = await failureOf(look(name));
  expect(error).toBeInstanceOf(ConnectError);
  return (error as ConnectError).failure;
}

const sorted = async (name: string) => [...(await look(name))].sort();

describe("a name is found", () => {
  test.each<[string, string, string[]]>([
    ["by the first domain", "pc-01", ["10.0.0.1", "10.0.1.1"]],
    ["by the second one", "pc-02", ["10.0.0.4"]],
    ["in full", "www.example", ["10.0.0.5"]],
    ["in full, with a dot at the end", "www.example.", ["10.0.0.5"]],
    ["in other letters", "PC-01", ["10.0.0.1", "10.0.1.1"]],
    ["with IPv6", "both", ["10.0.0.2", "2001:db8::2"]],
    ["with IPv6 alone", "ipv6", ["2001:db8::3"]],
    ["with letters of Unicode", "Schüler-01", ["10.0.0.6"]],
    ["when the answer is too long for UDP", "long", ["127.0.0.9"]],
    ["when nobody says anything about IPv6", "half", ["127.0.0.9"]],
    ["in the hosts file", "filed", ["10.9.9.9"]],
    ["in the hosts file, by another name", "FILED.alias", ["10.9.9.9"]],
    ["in the hosts file, with two addresses", "two", ["10.9.9.8", "fd91::8"]],
    ["as this computer", "localhost", ["127.0.0.1", "::1"]],
    ["as this computer, with a name before it", "pc.localhost", ["127.0.0.1", "::1"]],
    ["as an address", "10.1.2.3", ["10.1.2.3"]],
    ["as an address of IPv6", "fe80::1", ["fe80::1"]],
  ])("%s: %s", async (_how, name, addresses) => {
    expect(await sorted(name)).toEqual(addresses);
    expect(systemAsked).toEqual([]);
  });

  test("and a hundred addresses are too many to try", async () => {
    expect(await look("many")).toHaveLength(4);
  });

  test("when the answer comes late", async () => {
    const looking = look("late");
    await server.untilAsked(2);
    server.release();
    expect(await looking).toEqual(["127.0.0.9"]);
  });

  test("when resolv.conf or the hosts file has come to know it since the start", async () => {
    expect(await failure("new")).toBe("unknown-name");
    server.names["new.elsewhere.example"] = ["10.0.0.7"];
    resolvConf("search elsewhere.example\n");
    expect(await failure("new")).toBe("unknown-name");
    writeFileSync(path("hosts"), "10.0.0.8 new\n");
    expect(await look("new")).toEqual(["10.0.0.8"]);
    expect(await look("new.elsewhere.example")).toEqual(["10.0.0.7"]);
  });

  test("by the system alone", async () => {
    askSystem = async (name) => (name === "pc-07.local" ? ["10.0.0.9"] : "unknown-name");
    expect(await look("PC-07.local")).toEqual(["10.0.0.9"]);
    expect(await look("pc-07.local")).toEqual(["10.0.0.9"]);
    expect(systemAsked).toHaveLength(1);
  });
});

describe("a name is not found", () => {
  test("when nobody knows it: all domains were asked, and then the system, in its letters", async () => {
    expect(await failure("Müll")).toBe("unknown-name");
    const names = ["xn--mll-hoa.school.example", "xn--mll-hoa.lab.example", "xn--mll-hoa"];
    expect(names.map((name) => server.asked(name))).toEqual([1, 1, 1]);
    expect(systemAsked).toEqual(["müll"]);
  });

  test.each(["broken", "closed", "noise"])(
    "when the name server has a fault of its own: %s",
    async (name) => {
      expect(await failure(name)).toBe("no-name-server");
    },
  );

  test("when nobody answers, whatever domains there may be", async () => {
    expect(await failure("silent")).toBe("no-name-server");
    expect(server.asked("silent.lab.example")).toBe(0);
  });

  test("when there is no name server", async () => {
    server.stop();
    expect(await failure("pc-01")).toBe("no-name-server");
  });
});

describe("a name server is spared", () => {
  test("a name is asked for once, whoever wants it, and once more after a while", async () => {
    const looking = Array.from({ length: 50 }, (_, index) =>
      look("pc-01", undefined, `c${index % 5}`),
    );
    const found = await Promise.all(looking);
    expect(new Set(found.flat())).toEqual(new Set(["10.0.0.1", "10.0.1.1"]));
    expect(await look("pc-01")).toHaveLength(2);
    expect(server.questions.map(({ type }) => type).sort()).toEqual(["A", "AAAA"]);
  });

  test("that there is no such name is remembered too", async () => {
    for (let count = 0; count < 3; count++) expect(await failure("pc-99")).toBe("unknown-name");
    expect(server.asked("pc-99.school.example")).toBe(1);
    expect(systemAsked).toHaveLength(1);
  });

  test("a name that nobody waits for any more is given up, and not remembered", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const left = failureOf(look("late", first.signal));
    const stayed = look("late", second.signal);
    await server.untilAsked(2);
    first.abort();
    expect(await left).toMatchObject({ failure: "no-name-server" });
    server.release();
    expect(await stayed).toEqual(["127.0.0.9"]);
    expect(server.asked("late.school.example")).toBe(1);

    const alone = new AbortController();
    const given = failureOf(look("silent", alone.signal));
    await server.untilAsked(4);
    alone.abort();
    expect(await given).toMatchObject({ failure: "no-name-server" });
    const anew = new AbortController();
    const again = failureOf(look("silent", anew.signal));
    await server.untilAsked(6);
    anew.abort();
    await again;
  });

  test("a deadline in the middle of it is a name server that does not answer, and no host", async () => {
    for (const [reason, wanted] of [
      ["timed-out", "no-name-server"],
      ["cancelled", "cancelled"],
    ] as const) {
      const late = new AbortController();
      const looking = failureOf(look("silent", late.signal));
      await server.untilAsked(2);
      late.abort(new ConnectError(reason, "no answer within 5000 ms"));
      expect(await looking).toMatchObject({ failure: wanted });
    }
  });

  test("one client with a thousand names that nobody answers leaves room for others", async () => {
    for (let count = 0; count < 1000; count++) server.names[`s${count}.school.example`] = "silent";
    const attacker = new AbortController();
    const attacks = Array.from({ length: 1000 }, (_, count) =>
      failureOf(look(`s${count}`, attacker.signal, "attacker")),
    );
    // This one stands behind all of them, and in nobody else's way.
    attacks.push(failureOf(look("pc-01", attacker.signal, "attacker")));
    await server.untilAsked(256);
    expect(await look("pc-01", undefined, "teacher")).toHaveLength(2);
    // Half of the places, two questions each, and nothing of the 872 others.
    const asked = new Set(server.questions.map(({ name }) => name));
    expect(asked.size).toBe(128 + 1);
    attacker.abort();
    await Promise.all(attacks);
  });

  test("of the system two questions wait at a time, one of each client", async () => {
    const answer = Promise.withResolvers<Answer>();
    askSystem = () => answer.promise;
    const attacker = new AbortController();
    const attack = (name: string, signal?: AbortSignal) => look(name, signal, "attacker");
    const names = ["a.local", "b.local", "c.local"];
    const attacks = names.map((name) => failureOf(attack(name, attacker.signal)));
    await server.untilAsked(3 * 6);
    const good = look("pc-07.local", undefined, "teacher");
    await until("two questions", () => systemAsked.length === 2);
    expect(systemAsked).toEqual(["a.local", "pc-07.local"]);
    // A question that was left goes on, and has its place as long.
    attacker.abort();
    await Promise.all(attacks);
    const next = attack("d.local");
    await server.untilAsked(5 * 6);
    expect(systemAsked).toHaveLength(2);
    answer.resolve(["10.0.0.9"]);
    expect(await good).toEqual(["10.0.0.9"]);
    await next;
    expect(systemAsked).toEqual(["a.local", "pc-07.local", "d.local"]);
  });
});
