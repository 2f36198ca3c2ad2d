import { isIP } from "node:net";
import type { NetworkList } from "../access/network-list.ts";

interface Socket {
  readonly remoteAddress?: string | undefined;
}

/** What has come by node:http. */
interface Incoming {
  readonly socket: Socket;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Proxies in a row that are believed. */
const hopsMax = 16;

/**
 * Who is at the other end of a connection, an IPv4 address always as such. Undefined when it has
 * gone already.
 */
export function clientAddress({ remoteAddress }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : withoutMapping(remoteAddress);
}

/** Where requests come from, also by way of front proxies that are believed. */
export class ClientAddresses {
  #trusted: NetworkList;

  /** `trusted`: of the proxies. */
  constructor(trusted: NetworkList) {
    this.#trusted = trusted;
  }

  /** From now on. */
  trust(proxies: NetworkList): void {
    this.#trusted = proxies;
  }

  /**
   * The last address on the way here that is no trusted proxy. Each proxy adds the one that it was
   * called from to X-Forwarded-For, at the end; what stands in front of the first that is not
   * trusted, anybody may have written. Undefined when the client has gone already.
   */
  of({ socket, headers }: Incoming): string | undefined {
    let address = clientAddress(socket);
    const forwarded = headers["x-forwarded-for"];
    if (address === undefined || forwarded === undefined) return address;
    for (const hop of String(forwarded).split(",").slice(-hopsMax).reverse()) {
      const next = readHop(hop);
      if (next === null || !this.#trusted.contains(address)) break;
      address = next;
    }
    return address;
  }
}

/** An address as proxies write it: some with a port, IPv6 with or without brackets. */
function readHop(text: string): string | null {
  const [, bracketed, plain] = /^\s*(?:\[([^\]]*)\](?::\d+)?|(.*?))\s*$/s.exec(text)!;
  const address = bracketed ?? plain.replace(/^([\d.]+):\d+$/, "$1");
  return isIP(address) === 0 ? null : withoutMapping(address);
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
