import { ConnectError } from "./connect-error.ts";

/** A host as it is named; port null is whichever. */
export interface NamedHost {
  readonly host: string;
  readonly port: number | null;
}

/** Which hosts may be called. */
export interface HostGuard {
  /** Of guards that allow the same, the same. */
  readonly id: string;
  /** Why the host may not be called, as far as its name tells; null: it may be looked up. */
  refusal(named: NamedHost): string | null;
  /** Why this address, which the host has, may not be called; null: it may. */
  addressRefusal(named: NamedHost, ip: string): string | null;
}

/** A host may be called when each of the guards allows it. Null is none. */
export function everyGuard(one: HostGuard | null, other: HostGuard | null): HostGuard | null {
  if (one === null || other === null) return one ?? other;
  return {
    id: `${one.id} ${other.id}`,
    refusal: (named) => one.refusal(named) ?? other.refusal(named),
    addressRefusal: (named, ip) => one.addressRefusal(named, ip) ?? other.addressRefusal(named, ip),
  };
}

/** Throws ConnectError (not-allowed) for a host that may not even be looked up. */
export function checkNamed(named: NamedHost, guard: HostGuard | null): void {
  const refusal = guard?.refusal(named) ?? null;
  if (refusal !== null) throw new ConnectError("not-allowed", refusal);
}

/** Those of its addresses that may be called. Throws ConnectError (not-allowed) without any. */
export function allowedAddresses(
  named: NamedHost,
  addresses: readonly string[],
  guard: HostGuard | null,
): readonly string[] {
  if (guard === null) return addresses;
  const allowed = addresses.filter((ip) => guard.addressRefusal(named, ip) === null);
  if (allowed.length > 0) return allowed;
  throw new ConnectError("not-allowed", guard.addressRefusal(named, addresses[0])!);
}
