import type { AccessToken } from "./access-token.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
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
  readonly #scopes: ReadonlySet<Scope>;
  #isRevoked = false;

  /** `defaultPort`: of hosts in the token's list that stand there without one. */
  constructor({ name, sha256, scopes, hosts: list, keyName }: AccessToken, defaultPort: number) {
    this.name = name;
    this.id = sha256;
    this.keyName = keyName;
    this.#scopes = new Set(scopes);
    const holder = `the hosts of the access token ${name}`;
    this.hosts = list === null ? null : new AllowedHosts({ list, defaultPort, holder });
  }

  /** Whether the token is gone, or has other rights now. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  has(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  /** Whether it is good for nothing else than these. */
  isWithin(scopes: readonly Scope[]): boolean {
    return this.#scopes.isSubsetOf(new Set(scopes));
  }

  revoke(): void {
    this.#isRevoked = true;
  }
}
