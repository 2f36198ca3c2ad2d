import { z } from "zod";
import type { Access } from "../../access/access.ts";
import { type KeyDirectory, KeyError } from "../../access/key-directory.ts";
import { filledText } from "../../hosts/features/argument-schemas.ts";
import type { Credentials } from "../../veyon/authentication.ts";
import type { AuthenticationMethod } from "../../veyon/authentication-methods.ts";
import { parsePrivateKey } from "../../veyon/crypto.ts";
import { ApiError } from "../errors.ts";

/** The name of a key, and no key. */
const nameSchema = z.object({ keyname: filledText, keydata: z.undefined().optional() });

/**
 * The request's `credentials`, if they name a key that this server keeps for whoever has such an
 * access token. Null for any other. Throws ApiError, KeyError.
 */
export async function readKeptKey(
  method: AuthenticationMethod,
  value: unknown,
  access: Access | null,
  keys: KeyDirectory,
): Promise<Credentials | null> {
  const name = access?.keyName ?? null;
  if (name === null || method !== "AuthKeys") return null;
  const named = nameSchema.safeParse(value);
  if (!named.success) return null;
  if (named.data.keyname !== name) {
    const details = `without keydata the access token is good for the key ${name} alone`;
    throw new ApiError("NotAllowed", details);
  }
  const pem = await keys.read(name);
  try {
    return { method, keyName: name, privateKey: parsePrivateKey(pem) };
  } catch {
    // The reason could quote the key.
    throw new KeyError(`the key ${name} of this server is no unencrypted RSA private key in PEM`);
  }
}
