import { isIPv6 } from "node:net";

const groups = 8;

/** What a network of IPv6 leaves to a computer in it: half of the groups. */
const networkGroups = 4;

const linkLocal = /^fe[89ab]/i;

/**
 * What counts as one client where clients share something: an IPv4 address, or the network of an
 * IPv6 address, since a computer takes as many addresses of its /64 as it likes. All computers of a
 * cable have the same link-local network, so that there the address counts.
 */
export function clientNetwork(address: string): string {
  const [plain] = address.split("%");
  if (!isIPv6(plain) || linkLocal.test(plain)) return plain;
  const [head, tail] = plain
    .replace(/[\d.]+\.[\d.]+$/, "0:0")
    .split("::")
    .map(groupsOf);
  const zeros = tail === undefined ? 0 : groups - head.length - tail.length;
  const all = [...head, ...Array<string>(zeros).fill("0"), ...(tail ?? [])];
  const network = all.slice(0, networkGroups).map((group) => Number.parseInt(group, 16));
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
