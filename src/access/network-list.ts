/** Addresses and networks, as administrators list them: `10.0.0.7, 192.168.0.0/16 fd00::/8`. */
import { BlockList, isIP, isIPv4 } from "node:net";

const entriesMax = 1000;

export class NetworkList {
  readonly #list = new BlockList();

  /** Throws RangeError at what is no address and no network. */
  constructor(readonly text: string) {
    const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
    if (entries.length > entriesMax) throw new RangeError(`over ${entriesMax} networks`);
    for (const entry of entries) this.#add(entry);
  }

  /** `address`: an IPv4 address as such, not inside of IPv6. */
  contains(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address, familyOf(address));
  }

  #add(entry: string): void {
    const [, address, prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? ["", ""];
    if (isIP(address) === 0) throw new RangeError(`${entry} is no network`);
    // It throws by itself when there are not so many bits.
    if (prefix === undefined) this.#list.addAddress(address, familyOf(address));
    else this.#list.addSubnet(address, Number(prefix), familyOf(address));
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}
