/** hosts(5): the names that this computer knows by itself. */
import { isIP } from "node:net";
import { join } from "node:path";
import { ParsedFile } from "./parsed-file.ts";

/** The addresses of each name, in lower case, in the order of the file. */
export type HostsFile = ParsedFile<ReadonlyMap<string, readonly string[]>>;

export function openHostsFile(path = systemHostsFile()): HostsFile {
  return new ParsedFile(path, parseHosts);
}

function systemHostsFile(): string {
  if (process.platform !== "win32") return "/etc/hosts";
  return join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "drivers", "etc", "hosts");
}

function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((each) => each.toLowerCase())) {
      const addresses = found.get(name);
      if (addresses === undefined) found.set(name, [address]);
      else addresses.push(address);
    }
  }
  return found;
}
