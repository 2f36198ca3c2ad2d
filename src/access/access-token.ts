/**
 * Access tokens: 256 random bits that their holder sends with every request (RFC 6750). The server
 * keeps the hash alone. A plain SHA-256 will do: there is nothing to guess in so many bits.
 */
import { hash, randomBytes } from "node:crypto";
import type { Scope } from "./scopes.ts";
import type { HostList } from "./host-list.ts";

export interface AccessToken {
  /** For people and logs. */
  readonly name: string;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** Null: all that the server may call. */
  readonly hosts: HostList | null;
  /** Of the server's private key that its holder may log in with; null: none. */
  readonly keyName: string | null;
  /** ISO 8601 */
  readonly created: string;
}

const secretBytes = 32;

/** For those who look for secrets in places where none belongs. */
const secretPrefix = "vwapi_";

/** What the holder gets, once. */
export function createSecret(): string {
  return secretPrefix + randomBytes(secretBytes).toString("base64url");
}

export function sha256Of(secret: string): Uint8Array {
  return hash("sha256", secret, "buffer");
}
