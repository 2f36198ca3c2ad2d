/**
 * The certificate that a Veyon 5 host makes for itself at each start, unless it is configured with
 * another.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  basicConstraints,
  type CertificateWithKey,
  createCertificate,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeNames,
} from "./certificate.ts";

const validityMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Signed by itself, with SHA-1, serial 0, and a path length although it is no authority, as 5-dev
 * does.
 */
export function veyon5Certificate(hostName: string): CertificateWithKey {
  const now = Date.now();
  return createCertificate({
    commonName: hostName,
    privateKey: hostKey(),
    serial: 0,
    hash: "sha1",
    validFrom: new Date(now),
    validUntil: new Date(now + validityMs),
    extensions: [
      basicConstraints(false, 0),
      keyUsage("digitalSignature", "keyEncipherment", "keyCertSign"),
      extendedKeyUsage("serverAuth"),
      subjectAlternativeNames(hostName, "0.0.0.0"),
    ],
  });
}

let ownKey: KeyObject | null = null;

/** Made once for all hosts of the process: it takes half a second. */
function hostKey(): KeyObject {
  ownKey ??= generateKeyPairSync("rsa", { modulusLength: 4096 }).privateKey;
  return ownKey;
}
