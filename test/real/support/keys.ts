import { generateKeyPair } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A key for the method AuthKeys: hosts hold the public half under this name, clients the private
 * one.
 */
export interface AuthenticationKey {
  /** Letters, digits, `_` and `-`. */
  name: string;
  /** PEM, PKCS#8. */
  privateKey: string;
  /** PEM, SubjectPublicKeyInfo. */
  publicKey: string;
}

/** 2048 bits as hosts accept them too; the usual 4096 take up to seconds to make. */
export async function makeKey(name: string, modulusLength = 2048): Promise<AuthenticationKey> {
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { name, ...pair };
}

let shared: Promise<AuthenticationKey> | undefined;

/** The key that every host of this test run knows, made when first asked for. */
export function testKey(): Promise<AuthenticationKey> {
  return (shared ??= makeKey("test"));
}

/**
 * Writes public keys the way Veyon wants to find them under Authentication/PublicKeyBaseDir, which
 * is returned.
 */
export function writePublicKeys(directory: string, keys: AuthenticationKey[]): string {
  const base = join(directory, "keys");
  for (const key of keys) {
    mkdirSync(join(base, key.name), { recursive: true });
    writeFileSync(join(base, key.name, "key"), key.publicKey);
  }
  return base;
}
