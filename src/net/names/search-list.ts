/**
 * The names that a name may stand for, by resolv.conf(5): a school's computers are called `pc-01`,
 * and a name server knows them as `pc-01.school.example`.
 */
import { hostname } from "node:os";
import { ParsedFile } from "./parsed-file.ts";

export interface SearchRules {
  readonly domains: readonly string[];
  /** A name with so many dots is tried as it is before the domains. */
  readonly ndots: number;
}

const ndotsDefault = 1;
const ndotsMax = 15;

/** More would keep a name server busy for each name that is misspelt. */
const domainsMax = 16;

export type SearchRulesFile = ParsedFile<SearchRules>;

export function openSearchRules(path = "/etc/resolv.conf"): SearchRulesFile {
  return new ParsedFile(path, (text) => parseSearchRules(text, hostname()));
}

/** `ownName`: this computer's, whose domain counts where the file has none. */
export function parseSearchRules(text: string, ownName: string): SearchRules {
  const [, ...ownDomain] = ownName.split(".");
  let domains = ownDomain.length === 0 ? [] : [ownDomain.join(".")];
  let ndots = ndotsDefault;
  for (const line of text.split(/\r?\n/)) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    // The last one of both counts.
    if (keyword === "search") domains = values;
    else if (keyword === "domain") domains = values.slice(0, 1);
    else if (keyword === "options") ndots = findNdots(values) ?? ndots;
  }
  const usable = domains.map((domain) => domain.replace(/\.$/, "")).filter((each) => each !== "");
  return { domains: usable.slice(0, domainsMax), ndots };
}

function findNdots(options: readonly string[]): number | null {
  const value = options.findLast((option) => /^ndots:\d+$/.test(option))?.slice("ndots:".length);
  return value === undefined ? null : Math.min(Number(value), ndotsMax);
}

/** In the order in which they are tried. */
export function candidates(name: string, { domains, ndots }: SearchRules): readonly string[] {
  if (name.endsWith(".")) return [name];
  const longer = domains.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
