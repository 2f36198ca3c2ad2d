import { BlockList } from "node:net";
import { comparedName } from "../net/host-name.ts";
import { type IpAddress, isNumeric, parseIpAddress } from "../net/ip-address.ts";
import type { HostList, NameEntry, NetworkEntry, PortRange } from "./host-list.ts";

/** A host as it was asked for: a name or an address in any spelling. */
export interface AskedHost {
  readonly host: string;
  /** Null: whichever. */
  readonly port: number | null;
}

export interface AllowedHostsOptions {
  readonly list: HostList;
  /** Of entries without one. */
  readonly defaultPort: number;
  /** What holds the list, for those who are refused. */
  readonly holder: string;
}

/**
 * Decides which hosts may be called. One that is asked for by its address needs an entry with that
 * address. One that is asked for by name needs an entry with its name; and if the list has
 * addresses as well, what the name stands for has to be among them.
 *
 * Whoever may write into a name server could otherwise lead a name that a star allows to this
 * computer itself: such a name leads there only if the list has the address.
 */
export class AllowedHosts {
  /** Of those that allow the same, the same. */
  readonly id: string;
  readonly #options: AllowedHostsOptions;

  constructor(options: AllowedHostsOptions) {
    this.#options = options;
    this.id = options.list.text;
  }

  /** Why the host may not be called, as far as its name tells; null: it may be looked up. */
  refusal({ host, port }: AskedHost): string | null {
    const address = parseIpAddress(host);
    const found = address === null ? this.#namesOf(host) : this.#networksOf(address);
    if (found.length === 0) return this.#none("it");
    return this.#isAnyPort(found, port) ? null : this.#none("its port");
  }

  /** Why this address, which the host has, may not be called; null: it may. */
  addressRefusal(asked: AskedHost, ip: string): string | null {
    const address = parseIpAddress(ip);
    if (address !== null && this.#mayHave(asked, address)) return null;
    return this.#none(`its address ${address?.text ?? ip}`);
  }

  #mayHave({ host }: AskedHost, address: IpAddress): boolean {
    const isName = parseIpAddress(host) === null;
    if (!isName || this.#options.list.networks.length > 0) {
      return this.#networksOf(address).length > 0;
    }
    const isExact = this.#namesOf(host).some((name) => name.isExact);
    return isExact || !nearAddresses.check(address.text, address.family);
  }

  #namesOf(host: string): readonly NameEntry[] {
    if (isNumeric(host)) return [];
    const name = comparedName(host);
    return this.#options.list.names.filter(({ matches }) => matches(name));
  }

  #networksOf(address: IpAddress): readonly NetworkEntry[] {
    return this.#options.list.networks.filter(({ contains }) => contains(address));
  }

  #isAnyPort(
    entries: readonly { readonly ports: PortRange | null }[],
    port: number | null,
  ): boolean {
    if (port === null) return true;
    const { defaultPort } = this.#options;
    return entries.some(({ ports }) =>
      ports === null ? port === defaultPort : port >= ports.from && port <= ports.to,
    );
  }

  #none(what: string): string {
    return `${what} is none of ${this.#options.holder}`;
  }
}

/** Of this computer itself, of what is on its cable alone, and of many at once. */
const nearAddresses = new BlockList();
for (const [network, bits, family] of [
  ["0.0.0.0", 8, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["::", 127, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
] as const) {
  nearAddresses.addSubnet(network, bits, family);
}
