/** Throwaway certificates, made when the tests start. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  basicConstraints,
  type CertificateOptions,
  type CertificateWithKey,
  createCertificate,
  extendedKeyUsage,
  extension,
  keyUsage,
  subjectAlternativeNames,
} from "../../../src/sim/certificates/certificate.ts";
import { der } from "../../../src/sim/certificates/der.ts";
import { privateKey as rsaKeyPem } from "./fixture-host.ts";

const rsaKey = createPrivateKey(rsaKeyPem);
const years = { validFrom: new Date("2020-01-01"), validUntil: new Date("2049-12-31") };

/** What an ordinary certificate has beside its names. */
const ordinary = [
  basicConstraints(false, null),
  keyUsage("digitalSignature"),
  extendedKeyUsage("serverAuth"),
];
const ofThisComputer = subjectAlternativeNames("localhost", "127.0.0.1");

interface Authority {
  readonly commonName: string;
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
}

function authority(commonName: string, ...extensions: Uint8Array[]): Authority {
  const privateKey = ellipticKey();
  const { certificate } = createCertificate({
    ...years,
    commonName,
    privateKey,
    serial: 1,
    hash: "sha256",
    extensions: [basicConstraints(true, null), keyUsage("keyCertSign"), ...extensions],
  });
  return { commonName, privateKey, certificate };
}

const school = authority("school-ca");
const onlyElsewhere = authority("elsewhere-ca", permittedName("elsewhere.example"));

function issued(
  extensions: readonly Uint8Array[],
  options: Partial<CertificateOptions> = {},
): CertificateWithKey {
  return createCertificate({
    ...years,
    commonName: "host",
    privateKey: ellipticKey(),
    issuer: school,
    serial: 2,
    hash: "sha256",
    extensions,
    ...options,
  });
}

/** NameConstraints: the authority signs this DNS name only. */
function permittedName(name: string): Uint8Array {
  const subtree = der.sequence(der.context(2, Buffer.from(name)));
  return extension("2.5.29.30", true, der.sequence(der.constructedContext(0, subtree)));
}

function ellipticKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** An ordinary one but for the size of its RSA key. */
export function rsaCertificate(bits: number): CertificateWithKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return issued([...ordinary, ofThisComputer], { privateKey });
}

/** Has signed all that do not say otherwise. */
export const schoolAuthority = school.certificate;

/** Has signed none of them. */
export const otherAuthority = authority("other-ca").certificate;

/** May sign for elsewhere.example only. */
export const constrainedAuthority = onlyElsewhere.certificate;

export const certificates = {
  /** For localhost and 127.0.0.1, as are all that do not say otherwise. */
  both: issued([...ordinary, ofThisComputer]),
  name: issued([...ordinary, subjectAlternativeNames("localhost")]),
  address: issued([...ordinary, subjectAlternativeNames("127.0.0.1")]),
  elsewhere: issued([...ordinary, subjectAlternativeNames("elsewhere.example")]),
  /** With an RSA key. */
  rsa: issued([...ordinary, ofThisComputer], { privateKey: rsaKey }),
  expired: issued([...ordinary, ofThisComputer], { validUntil: new Date("2021-01-01") }),
  early: issued([...ordinary, ofThisComputer], { validFrom: new Date("2049-01-01") }),
  /** No authority, and a path length: as Veyon 5's own. */
  pathLength: issued([basicConstraints(false, 0), ofThisComputer]),
  keyEnciphermentOnly: issued([keyUsage("keyEncipherment"), ofThisComputer], {
    privateKey: rsaKey,
  }),
  clientsOnly: issued([extendedKeyUsage("clientAuth"), ofThisComputer]),
  unknownExtension: issued([extension("1.2.3.4", true, der.null()), ofThisComputer]),
  /** By the authority that may not. */
  outsideConstraints: issued([...ordinary, ofThisComputer], { issuer: onlyElsewhere }),
  /** By somebody who calls himself as the authority. */
  forged: issued([...ordinary, ofThisComputer], {
    issuer: { commonName: school.commonName, privateKey: ellipticKey() },
  }),
  /** By itself, as an authority. */
  ownAuthority: createCertificate({
    ...years,
    commonName: "host",
    privateKey: ellipticKey(),
    serial: 1,
    hash: "sha256",
    extensions: [basicConstraints(true, null), ofThisComputer],
  }),
} satisfies Record<string, CertificateWithKey>;
