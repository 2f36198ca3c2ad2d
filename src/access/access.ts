import type { AccessToken } from "./access-token.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import type { HostList } from "./host-list.ts";
import type { Scope } from "./scopes.ts";

/** What the holder of an access token may do. */
export class Access {
  /** Of the token, for people and logs. */
  readonly name: string;
  /** Of the token; another one of the same name has another id. */
  readonly id: string;
  /** Null allows all that the server may call. */
  readonly hosts: AllowedHosts | null;
  /** Of the server's private key that may be used; null: none. */
  readonly keyName: string | null;
  readonly #token: AccessToken;
  #isRevoked = false;

  /** `defaultPort`: of hosts in the token's list that stand there without one. */
  constructor(token: AccessToken, defaultPort: number) {
    const { name, sha256, hosts: list, keyName } = token;
    this.name = name;
    this.id = sha256;
    this.keyName = keyName;
    this.#token = token;
    const holder = `the hosts of the access token ${name}`;
    this.hosts = list === null ? null : new AllowedHosts({ list, defaultPort, holder });
  }

  /** Whether the token is gone, or has other rights now. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  has(scope: Scope): boolean {
    return this.#token.scopes.includes(scope);
  }

  /** Whether the token, as it is now, is good for all that this was, as far as one can tell. */
  isWithin({ scopes, hosts, keyName }: AccessToken): boolean {
    const before = this.#token;
    return (
      before.scopes.every((scope) => scopes.includes(scope)) &&
      (hosts === null || isSubset(before.hosts, hosts)) &&
      (before.keyName === null || before.keyName === keyName)
    );
  }

  revoke(): void {
    this.#isRevoked = true;
  }
}

/** By their entries as they are written. */
function isSubset(before: HostList | null, now: HostList): boolean {
  return before !== null && before.entries.every((entry) => now.entries.includes(entry));
}
