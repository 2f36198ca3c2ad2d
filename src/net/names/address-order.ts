import { isIPv6 } from "node:net";
import { hasRoute } from "../route.ts";

/** Of each kind; a name that stands for hundreds would be tried for minutes. */
const addressesOfKindMax = 4;

/** Each once; IPv6 first, as RFC 6724 has it, unless nothing leads there from here. */
export async function inOrderOfTrial(addresses: readonly string[]): Promise<readonly string[]> {
  const all = [...new Set(addresses)];
  const ipv6 = all.filter((address) => isIPv6(address)).slice(0, addressesOfKindMax);
  const ipv4 = all.filter((address) => !isIPv6(address)).slice(0, addressesOfKindMax);
  if (ipv6.length === 0 || ipv4.length === 0) return [...ipv6, ...ipv4];
  return (await hasRoute(ipv6[0])) ? [...ipv6, ...ipv4] : [...ipv4, ...ipv6];
}
