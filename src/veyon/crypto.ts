/** What Veyon signs and encrypts: RSASSA-PKCS1-v1_5 with SHA-512, and RSAES-OAEP with SHA-1. */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  sign,
} from "node:crypto";

/** Veyon's own have 4096. A signature takes 5 ms with those, 35 with these, 250 with 16384. */
const keyBitsMax = 8192;

/** A private key whose signatures would take too long. */
export class KeySizeError extends Error {
  override readonly name = "KeySizeError";

  constructor(bits: number) {
    super(`has ${bits} bits, wanted at most ${keyBitsMax}`);
  }
}

/**
 * A private key from PEM, PKCS#8 or PKCS#1, whose lines end in LF or CRLF and may have blank lines
 * around and between them. Throws on anything else, encrypted keys included, and KeySizeError.
 */
export function parsePrivateKey(pem: string): KeyObject {
  const lines = pem.split(/\r\n|\r|\n/).map((line) => line.trim());
  const key = createPrivateKey(lines.filter((line) => line !== "").join("\n") + "\n");
  if (key.asymmetricKeyType !== "rsa") {
    throw new Error(`Cannot use private key: type ${key.asymmetricKeyType}, wanted rsa`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits > keyBitsMax) throw new KeySizeError(bits);
  return key;
}

/** Takes one of the threads that encode pictures, too, for as long as keyBitsMax tells. */
export function signChallenge(challenge: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign("sha512", challenge, key, (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });
}

/** What OAEP leaves of one block of the 4096-bit keys that all Veyon versions use. */
export const passwordBytesMax = 470;

/**
 * The password as UTF-8 without a terminator, for the holder of the key. Throws if it is too long
 * for the key.
 */
export function encryptPassword(password: string, publicKeyPem: string): Uint8Array {
  return publicEncrypt(
    {
      key: createPublicKey(publicKeyPem),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha1",
    },
    Buffer.from(password, "utf8"),
  );
}
