import { isIPv4, isIPv6 } from "node:net";

/** An address in the one spelling that is compared. */
export interface IpAddress {
  readonly family: "ipv4" | "ipv6";
  readonly text: string;
}

/**
 * IPv4 as the system's lookup takes it too: decimal, octal or hexadecimal, in one to four parts.
 */
const numericIpv4 = /^(?:0x[\da-f]*|\d+)(?:\.(?:0x[\da-f]*|\d+)){0,3}\.?$/i;

const mappedIpv4 = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** Whether the system might read it as an IPv4 address, so that it is no name. */
export function isNumeric(host: string): boolean {
  return numericIpv4.test(host);
}

/**
 * The address that a text is in any spelling: without the zone, and IPv4 as such, also inside of
 * IPv6. Null for what is none.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (isIPv4(text)) return { family: "ipv4", text };
  // URLs have them as the system has them (WHATWG URL, 3.5).
  if (isNumeric(text)) {
    const url = URL.parse(`http://${text}`);
    return url === null ? null : { family: "ipv4", text: url.hostname };
  }
  const address = text.replace(/%.*$/s, "");
  if (!isIPv6(address)) return null;
  const { hostname } = new URL(`http://[${address}]`);
  const canonical = hostname.slice(1, -1);
  const mapped = mappedIpv4.exec(canonical);
  if (mapped === null) return { family: "ipv6", text: canonical };
  const [high, low] = [mapped[1], mapped[2]].map((part) => Number.parseInt(part, 16));
  return { family: "ipv4", text: [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".") };
}
