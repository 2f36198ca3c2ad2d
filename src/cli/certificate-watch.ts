import { X509Certificate } from "node:crypto";
import type { Logger } from "../log/logger.ts";

/** Time enough to see the warning, and to do something about it. */
const warnedBeforeMs = 30 * 24 * 3_600_000;

const warnEveryMs = 24 * 3_600_000;

/** When a certificate holds, in Unix time. */
export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Certificates that are in use, in PEM; null: none is. */
export interface CertificatesInUse {
  /** Of the API. */
  readonly api: string | null;
  /** That has signed those of the hosts; the first one of its file. */
  readonly authority: string | null;
}

/**
 * Warns of certificates that have expired, or will within 30 days: when they are taken into use,
 * and once a day.
 */
export class CertificateWatch {
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #certificates: CertificatesInUse = { api: null, authority: null };

  constructor(log: Logger) {
    this.#log = log;
    this.#timer = setInterval(() => this.#warn(), warnEveryMs).unref();
  }

  get certificates(): CertificatesInUse {
    return this.#certificates;
  }

  /** Null without HTTPS. */
  get apiValidity(): Validity | null {
    const { api } = this.#certificates;
    return api === null ? null : validityOf(api);
  }

  use(certificates: CertificatesInUse): void {
    this.#certificates = certificates;
    this.#warn();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #warn(): void {
    const { api, authority } = this.#certificates;
    if (api !== null) this.#warnOf("WebAPI/TlsCertificateFile", api);
    if (authority !== null) this.#warnOf("TLS/CaCertificateFile", authority);
  }

  #warnOf(setting: string, pem: string): void {
    const { fromMs, untilMs } = validityOf(pem);
    const nowMs = Date.now();
    const until = new Date(untilMs).toISOString();
    if (nowMs < fromMs) {
      const from = new Date(fromMs).toISOString();
      this.#log.warn("certificate not valid yet", { setting, from, until });
    } else if (nowMs >= untilMs) {
      this.#log.warn("certificate expired", { setting, until });
    } else if (nowMs >= untilMs - warnedBeforeMs) {
      this.#log.warn("certificate expires soon", { setting, until });
    }
  }
}

export function validityOf(pem: string): Validity {
  const { validFrom, validTo } = new X509Certificate(pem);
  return { fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
}
