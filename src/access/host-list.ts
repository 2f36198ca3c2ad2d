/**
 * Lists of hosts as administrators write them: names, addresses and networks, separated by commas
 * or blanks, each with a port unless it is the one that hosts have by default.
 *
 *     room1-*                    names; a star stands for anything but dots
 *     **.school.example  **      two stars, in front of a dot or alone, for anything
 *     10.1.0.7  fd91::7          addresses
 *     10.1.0.0/16  fd91::/64     networks
 *     room1-*:11100-11199        a range of ports
 *     10.1.0.7:*  [fd91::/64]:*  any port
 */
import { BlockList, isIPv4 } from "node:net";
import { comparedName } from "../net/host-name.ts";
import { type IpAddress, isNumeric, parseIpAddress } from "../net/ip-address.ts";

export interface HostList {
  /** As they were written. */
  readonly entries: readonly string[];
  /** All of them, separated by commas. */
  readonly text: string;
  readonly names: readonly NameEntry[];
  readonly networks: readonly NetworkEntry[];
}

/** Both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface NameEntry {
  /** Null: the one that hosts have by default. */
  readonly ports: PortRange | null;
  /** Without stars. */
  readonly isExact: boolean;
  /** `name`: as `comparedName` gives it. */
  readonly matches: (name: string) => boolean;
}

export interface NetworkEntry {
  readonly ports: PortRange | null;
  readonly contains: (address: IpAddress) => boolean;
}

/** What stands in a list is no host. The message says what, and what was wanted. */
export class HostListError extends RangeError {
  override readonly name = "HostListError";
}

const entriesMax = 1000;

/** Longer ones are no names of hosts (RFC 1035, 2.3.4). */
const nameCharactersMax = 253;

const portMax = 65535;

const wholeAddress = "wanted a whole address, or a network as in 10.1.0.0/16";

const prefixBitsMax = { ipv4: 32, ipv6: 128 } as const;

/** Throws HostListError. */
export function parseHostList(text: string): HostList {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  if (entries.length > entriesMax) {
    throw new HostListError(`found ${entries.length} hosts, wanted at most ${entriesMax}`);
  }
  if (entries.length === 0) throw new HostListError("found no host, wanted at least one");
  const names: NameEntry[] = [];
  const networks: NetworkEntry[] = [];
  for (const entry of entries) {
    const { host, ports } = splitPorts(entry);
    const network = parseNetwork(host);
    if (network === null) names.push({ ports, ...parseName(host) });
    else networks.push({ ports, contains: network });
  }
  return { entries, text: entries.join(", "), names, networks };
}

function splitPorts(entry: string): { host: string; ports: PortRange | null } {
  const bracketed = /^\[([^[\]]*)\](?::(.*))?$/.exec(entry);
  const plain = /^([^:[\]]*)(?::([^:]*))?$/.exec(entry);
  const [, host, ports] = bracketed ?? plain ?? [null, entry, undefined];
  return { host, ports: ports === undefined ? null : parsePorts(entry, ports) };
}

function parsePorts(entry: string, text: string): PortRange {
  if (text === "*") return { from: 1, to: portMax };
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [null, "0"];
  const range = { from: Number(from), to: Number(to) };
  if (range.from >= 1 && range.from <= range.to && range.to <= portMax) return range;
  throw refused(entry, "wanted a port, two with a dash between them, or a star behind the colon");
}

/** Null for what is no address and no network. */
function parseNetwork(text: string): ((address: IpAddress) => boolean) | null {
  const [, base, prefix] = /^([^/]*)(?:\/(.*))?$/s.exec(text)!;
  // What is short for 10.0.0.1 to the system would be taken for 10.1.0.0.
  if (isNumeric(base) && !isIPv4(base)) throw refused(text, wholeAddress);
  const address = base.includes("%") ? null : parseIpAddress(base);
  if (prefix === undefined) {
    if (address === null) return null;
    return ({ family, text: other }) => family === address.family && other === address.text;
  }
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  // An IPv4 network inside of IPv6 would have to count its bits differently.
  if (address === null || (address.family === "ipv4" && base.includes(":"))) {
    throw refused(text, "wanted an address in front of the slash, as in 10.1.0.0/16");
  }
  if (bits > prefixBitsMax[address.family]) {
    const most = prefixBitsMax[address.family];
    throw refused(text, `wanted a number from 0 to ${most} behind the slash`);
  }
  const network = new BlockList();
  network.addSubnet(address.text, bits, address.family);
  // By itself the list finds IPv4 in ::/0 as well.
  return ({ family, text: other }) => family === address.family && network.check(other, family);
}

function parseName(text: string): Pick<NameEntry, "isExact" | "matches"> {
  const name = comparedName(text);
  if (/^[\d.*]*$/.test(name) && /\d/.test(name)) throw refused(text, wholeAddress);
  if (!/^[\p{L}\p{N}._*-]+$/u.test(name) || name.length > nameCharactersMax) {
    throw refused(text, "wanted a name with or without stars, an address or a network");
  }
  if (!name.includes("*")) return { isExact: true, matches: (other) => other === name };
  // A star of paths stops at a slash as ours at a dot.
  const glob = new Bun.Glob(name.replaceAll(".", "/"));
  return { isExact: false, matches: (other) => glob.match(other.replaceAll(".", "/")) };
}

function refused(entry: string, wanted: string): HostListError {
  return new HostListError(`found ${JSON.stringify(entry.slice(0, nameCharactersMax))}, ${wanted}`);
}
