/**
 * The PEM files of the settings, checked so that what is wrong with one is told at the start and by
 * its name.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { SettingsError } from "../config/settings-error.ts";
import type { Settings } from "../config/settings-schema.ts";
import type { TlsFiles } from "../listener/server.ts";
import { readSettingsFile } from "./settings-files.ts";

/** What OpenSSL and browsers want; with 512 a handshake of TLS 1.3 cannot even be signed. */
const rsaBitsMin = 2048;

const beginOfCertificate = "-----BEGIN CERTIFICATE-----";

/** For HTTPS; null without it. Throws SettingsError. */
export async function readTlsFiles(settings: Settings): Promise<TlsFiles | null> {
  if (!settings.httpsEnabled) return null;
  const { tlsCertificateFile, tlsPrivateKeyFile } = settings;
  const certificate = await readSettingsFile("WebAPI/TlsCertificateFile", tlsCertificateFile);
  const privateKey = await readSettingsFile("WebAPI/TlsPrivateKeyFile", tlsPrivateKeyFile);
  const parsed = parseCertificate("WebAPI/TlsCertificateFile", tlsCertificateFile, certificate);
  checkKeySize(tlsCertificateFile, parsed);
  if (!parsed.checkPrivateKey(parsePrivateKey(tlsPrivateKeyFile, privateKey))) {
    throw new SettingsError([
      `Cannot use WebAPI/TlsPrivateKeyFile: ${tlsPrivateKeyFile} is not the key of the certificate in ${tlsCertificateFile}`,
    ]);
  }
  const where = `WebAPI/TlsCertificateFile: ${tlsCertificateFile}`;
  checkUse(where, () => createSecureContext({ cert: certificate, key: privateKey }));
  return { certificate, privateKey };
}

/**
 * The authorities that sign the certificates of Veyon 5 hosts; null: any certificate will do.
 * Throws SettingsError.
 */
export async function readAuthorities(settings: Settings): Promise<string | null> {
  if (!settings.tlsUseCertificateAuthority) return null;
  const pem = await readSettingsFile("TLS/CaCertificateFile", settings.caCertificateFile);
  parseCertificate("TLS/CaCertificateFile", settings.caCertificateFile, pem);
  const where = `TLS/CaCertificateFile: ${settings.caCertificateFile}`;
  checkUse(where, () => {
    // Taken by themselves, since what comes behind a bad one would be left out without a word.
    for (const part of pem.split(beginOfCertificate).slice(1)) {
      void new X509Certificate(beginOfCertificate + part);
    }
    createSecureContext({ ca: pem });
  });
  return pem;
}

/** The first one in the file. */
function parseCertificate(key: string, path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new SettingsError([`Cannot use ${key}: ${path} holds no certificate in PEM`]);
  }
}

/**
 * As those will who use it, who read the certificates behind the first one as well: a file that is
 * still being written may end in the middle of one. Throws SettingsError.
 */
function checkUse(where: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError([
      `Cannot use ${where}: a certificate in it is damaged or cut off: ${reason}`,
    ]);
  }
}

/** Throws SettingsError for one that no client takes, or that cannot even sign a handshake. */
function checkKeySize(path: string, { publicKey }: X509Certificate): void {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined || bits >= rsaBitsMin) return;
  throw new SettingsError([
    `Cannot use WebAPI/TlsCertificateFile: the RSA key of the certificate in ${path} has ${bits} bits, wanted at least ${rsaBitsMin}`,
  ]);
}

function parsePrivateKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new SettingsError([
      `Cannot use WebAPI/TlsPrivateKeyFile: ${path} holds no private key in PEM without a password`,
    ]);
  }
}
