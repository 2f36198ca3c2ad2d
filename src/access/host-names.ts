/**
 * Names that this server is called by. A page of any other name whose name server has moved it to
 * an address of ours (DNS rebinding) is of the same origin as the API to its browser, and the
 * header Host is all that tells it from others.
 */
import { isIP } from "node:net";
import { hostname } from "node:os";
import { comparedName } from "../net/host-name.ts";

/** What is allowed: `any` name, by itself only where that is needed (`auto`), or these as well. */
export type AllowedHostNames = "auto" | "any" | readonly string[];

export class HostNames {
  readonly #names: ReadonlySet<string>;

  /** `others`: beside those that this computer has by itself. */
  constructor(others: readonly string[]) {
    const own = comparedName(hostname());
    const [label] = own.split(".");
    this.#names = new Set(["localhost", own, label, ...others.map(comparedName)]);
  }

  /** Null where every name is fine. */
  static from(allowed: AllowedHostNames, bindAddress: string): HostNames | null {
    if (allowed === "any") return null;
    if (allowed !== "auto") return new HostNames(allowed);
    return isLoopback(bindAddress) ? new HostNames([]) : null;
  }

  /** `host`: the header. Nobody can move an address. */
  has(host: string): boolean {
    const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
    if (isIP(bracketed ?? plain ?? "") !== 0) return true;
    const name = comparedName(plain ?? "");
    return this.#names.has(name) || name.endsWith(".localhost");
  }
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|localhost$)/.test(address);
}
