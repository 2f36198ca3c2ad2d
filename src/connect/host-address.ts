import { isIPv6 } from "node:net";
import { comparedName } from "../net/host-name.ts";
import { parseIpAddress } from "../net/ip-address.ts";
import { HostError } from "./host-error.ts";

/** Where a Veyon Server listens. */
export interface HostAddress {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const hostNameLengthMax = 253;

/**
 * An IPv6 address without brackets may have a port behind it: its last part then has five digits.
 */
const ipv6WithPort = /^(.*):(\d{5})$/;

/**
 * Reads a host as the reference does: `name`, `name:port`, `1.2.3.4:port`, `[v6]:port`, `v6`,
 * `v6:ppppp`. Port 0 means the default. Unlike the reference, takes `[v6]` alone, and refuses ports
 * above 65535 where that wraps them.
 */
export function parseHostAddress(text: string, defaultPort: number): HostAddress {
  const { host, port } = split(text);
  if (host.length > hostNameLengthMax || !(isIPv6(host) || /^[\p{L}\p{N}._-]+$/u.test(host))) {
    throw invalid(text, "wanted a name or an address, and a port if it is not the default");
  }
  if (port === null) return { host, port: defaultPort };
  if (!/^\d{1,9}$/.test(port)) throw invalid(text, "its port is no number, wanted 0 to 65535");
  const number = Number(port);
  if (number > 65535) throw invalid(text, `port ${number}, wanted 0 to 65535`);
  return { host, port: number === 0 ? defaultPort : number };
}

function split(text: string): { host: string; port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed !== null) return { host: bracketed[1], port: bracketed[2] ?? null };
  const withPort = ipv6WithPort.exec(text);
  if (withPort !== null && isIPv6(withPort[1])) return { host: withPort[1], port: withPort[2] };
  if (isIPv6(text)) return { host: text, port: null };
  const colon = text.indexOf(":");
  if (colon === -1) return { host: text, port: null };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function invalid(text: string, why: string): HostError {
  // What stands in front of an at sign may be a password.
  const shown = JSON.stringify(text.replace(/^.*@/s, "[user]@").slice(0, hostNameLengthMax));
  return new HostError("bad-address", `Cannot use host ${shown}: ${why}`);
}

/** As a person writes it. */
export function formatHostAddress({ host, port }: HostAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The one spelling for all of a host. */
export function comparedHost({ host, port }: HostAddress): string {
  return formatHostAddress({ host: parseIpAddress(host)?.text ?? comparedName(host), port });
}
