import type { TlsFiles } from "../listener/server.ts";
import { type CertificateWatch, validityOf } from "./certificate-watch.ts";
import type { Change, Reloadable } from "./reload.ts";
import { readAuthorities, readTlsFiles } from "./tls-files.ts";

export interface CertificatesReloadOptions {
  /** Those of the start; null without HTTPS. */
  readonly tls: TlsFiles | null;
  readonly watch: CertificateWatch;
  readonly renewCertificate: (tls: TlsFiles) => Promise<void>;
  readonly trust: (authorities: string | null) => void;
}

/** The files of certificates are read anew, be their names others or not. */
export function certificatesReload(options: CertificatesReloadOptions): Reloadable {
  const { watch, renewCertificate, trust } = options;
  let inUse = options.tls;
  return {
    settings: [
      "tlsCertificateFile",
      "tlsPrivateKeyFile",
      "tlsUseCertificateAuthority",
      "caCertificateFile",
    ],
    async prepare(settings) {
      const changes: Change[] = [];
      const tls = await readTlsFiles(settings);
      // HTTPS itself begins and ends with the server.
      if (tls !== null && inUse !== null && !areSame(tls, inUse)) {
        changes.push({
          what: `certificate of the API, ${describe(tls.certificate)}`,
          async apply() {
            inUse = tls;
            watch.use({ ...watch.certificates, api: tls.certificate });
            await renewCertificate(tls);
          },
        });
      }
      const authority = await readAuthorities(settings);
      if (authority !== watch.certificates.authority) {
        changes.push({
          what: authority === null ? "any host is trusted" : `authority, ${describe(authority)}`,
          apply() {
            watch.use({ ...watch.certificates, authority });
            trust(authority);
          },
        });
      }
      return changes;
    },
  };
}

function areSame(one: TlsFiles, other: TlsFiles): boolean {
  return one.certificate === other.certificate && one.privateKey === other.privateKey;
}

function describe(pem: string): string {
  return `valid until ${new Date(validityOf(pem).untilMs).toISOString()}`;
}
