/** X.509 certificates (RFC 5280) of every kind, also such as no authority would sign. */
import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import { der } from "./der.ts";

/** Both in PEM. */
export interface CertificateWithKey {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  readonly privateKey: KeyObject;
  /** Absent: signed by itself. */
  readonly issuer?: { readonly commonName: string; readonly privateKey: KeyObject };
  /** From 0 to 127. */
  readonly serial: number;
  readonly hash: "sha1" | "sha256";
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** As `extension` and its likes encode them. */
  readonly extensions: readonly Uint8Array[];
}

export function createCertificate(options: CertificateOptions): CertificateWithKey {
  const { commonName, privateKey, serial, hash, validFrom, validUntil, extensions } = options;
  const issuer = options.issuer ?? options;
  const algorithm = signatureAlgorithm(issuer.privateKey, hash);
  const body = der.sequence(
    der.constructedContext(0, der.integer(2)),
    der.integer(serial),
    algorithm,
    name(issuer.commonName),
    der.sequence(der.utcTime(validFrom), der.utcTime(validUntil)),
    name(commonName),
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    der.constructedContext(3, der.sequence(...extensions)),
  );
  const signature = sign(hash, body, issuer.privateKey);
  return {
    certificate: pem(der.sequence(body, algorithm, der.bitString(signature))),
    privateKey: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

export function extension(id: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(id), ...critical, der.octetString(value));
}

/** A path length has a meaning for authorities only; Veyon 5 writes one all the same. */
export function basicConstraints(isAuthority: boolean, pathLength: number | null): Uint8Array {
  const authority = isAuthority ? [der.boolean(true)] : [];
  const length = pathLength === null ? [] : [der.integer(pathLength)];
  return extension("2.5.29.19", true, der.sequence(...authority, ...length));
}

/** The numbers of the bits in RFC 5280, 4.2.1.3. */
const keyUsageBits = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5 } as const;

export function keyUsage(...usages: readonly (keyof typeof keyUsageBits)[]): Uint8Array {
  const bits = usages.map((usage) => keyUsageBits[usage]);
  const byte = bits.reduce<number>((sum, bit) => sum | (0x80 >> bit), 0);
  return extension("2.5.29.15", true, der.bitString(Uint8Array.of(byte), 7 - Math.max(...bits)));
}

const purposes = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" } as const;

export function extendedKeyUsage(purpose: keyof typeof purposes): Uint8Array {
  return extension("2.5.29.37", false, der.sequence(der.objectIdentifier(purposes[purpose])));
}

/** DNS names and IPv4 addresses. */
export function subjectAlternativeNames(...names: readonly string[]): Uint8Array {
  const encoded = names.map((each) =>
    isIPv4(each)
      ? der.context(7, Uint8Array.from(each.split(".").map(Number)))
      : der.context(2, Buffer.from(each)),
  );
  return extension("2.5.29.17", false, der.sequence(...encoded));
}

function name(commonName: string): Uint8Array {
  const attribute = der.sequence(der.objectIdentifier("2.5.4.3"), der.utf8String(commonName));
  return der.sequence(der.set(attribute));
}

function signatureAlgorithm({ asymmetricKeyType }: KeyObject, hash: "sha1" | "sha256"): Uint8Array {
  if (asymmetricKeyType === "rsa") {
    const id = { sha1: "1.2.840.113549.1.1.5", sha256: "1.2.840.113549.1.1.11" }[hash];
    return der.sequence(der.objectIdentifier(id), der.null());
  }
  const id = { sha1: "1.2.840.10045.4.1", sha256: "1.2.840.10045.4.3.2" }[hash];
  return der.sequence(der.objectIdentifier(id));
}

function pem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
