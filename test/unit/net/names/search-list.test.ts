import { describe, expect, test } from "bun:test";
import { candidates, parseSearchRules } from "../../../../src/net/names/search-list.ts";

const parse = (text: string, ownName = "server") => parseSearchRules(text, ownName);

describe("resolv.conf", () => {
  test.each<[string, string, string[], number]>([
    ["nothing", "", [], 1],
    ["servers alone", "nameserver 10.0.0.1\n", [], 1],
    ["search", "search school.example lab.example\n", ["school.example", "lab.example"], 1],
    ["domain", "domain school.example\n", ["school.example"], 1],
    ["the last one counts", "domain a\nsearch b c\n", ["b", "c"], 1],
    ["the last one counts, also the other way", "search b c\ndomain a d\n", ["a"], 1],
    ["tabs, comments, CRLF", "# search x\r\n; domain y\r\nsearch\ta \t b\r\n", ["a", "b"], 1],
    ["dots at the end, and the root", "search a. .\n", ["a"], 1],
    ["ndots", "options timeout:2 ndots:3 rotate\noptions edns0\n", [], 3],
    ["ndots beyond what there is", "options ndots:99\n", [], 15],
    ["ndots that is none", "options ndots:x ndots:\n", [], 1],
  ])("%s", (_what, text, domains, ndots) => {
    expect(parse(text)).toEqual({ domains, ndots });
  });

  test("without a domain, that of this computer's own name counts", () => {
    expect(parse("", "server.school.example").domains).toEqual(["school.example"]);
    expect(parse("search lab.example", "server.school.example").domains).toEqual(["lab.example"]);
  });

  test("of a long list the first 16 are tried", () => {
    const domains = Array.from({ length: 20 }, (_, index) => `d${index}`);
    expect(parse(`search ${domains.join(" ")}`).domains).toEqual(domains.slice(0, 16));
  });
});

describe("a name", () => {
  const domains = ["a.example", "b.example"];

  test.each<[string, number, string[]]>([
    ["pc-01", 1, ["pc-01.a.example", "pc-01.b.example", "pc-01"]],
    ["pc-01.lab", 1, ["pc-01.lab", "pc-01.lab.a.example", "pc-01.lab.b.example"]],
    ["pc-01.lab", 2, ["pc-01.lab.a.example", "pc-01.lab.b.example", "pc-01.lab"]],
    ["pc-01", 0, ["pc-01", "pc-01.a.example", "pc-01.b.example"]],
    ["pc-01.", 1, ["pc-01."]],
  ])("%s with ndots:%d", (name, ndots, wanted) => {
    expect(candidates(name, { domains, ndots })).toEqual(wanted);
  });
});
