/** Why a connection could not go on in TLS. */
export type TlsFailure =
  /** What answers does not speak TLS, or has closed the connection instead of an answer. */
  | "not-spoken"
  /** The certificate cannot be trusted, or not be used. */
  | "certificate"
  /** Both speak TLS, and cannot agree. */
  | "handshake";

/** A connection has not gone on in TLS. */
export class TlsError extends Error {
  override readonly name = "TlsError";

  constructor(
    readonly failure: TlsFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** BoringSSL's names for what it finds in the first bytes of those who do not speak TLS. */
const notSpoken = /^ERR_SSL_(WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/;

/** The system's names, such as ECONNRESET. */
const systemError = /^E[A-Z0-9]+$/;

/** What BoringSSL does not like about a certificate without asking anybody; `reason` is ours. */
const unusableCertificates: ReadonlyMap<string, string> = new Map([
  [
    "ERR_SSL_CERTIFICATE_VERIFY_FAILED",
    "it breaks the rules for certificates, as one does with a path length and without CA:TRUE",
  ],
  ["ERR_SSL_KEY_USAGE_BIT_INCORRECT", "its key usage lacks digitalSignature"],
]);

/**
 * What Bun 1.4.5 reports of a handshake that has failed. `serverName`: that the certificate had to
 * bear.
 */
export function toTlsError(cause: NodeJS.ErrnoException, serverName: string): TlsError {
  const code = cause.code ?? "";
  const error = (failure: TlsFailure, message: string) => new TlsError(failure, message, { cause });
  if (code === "" || notSpoken.test(code) || systemError.test(code)) {
    return error("not-spoken", "it does not speak TLS");
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return error("certificate", `it does not bear the name ${serverName}`);
  }
  const unusable = unusableCertificates.get(code);
  if (unusable !== undefined) return error("certificate", unusable);
  if (code.startsWith("ERR_SSL_")) return error("handshake", code.slice("ERR_SSL_".length));
  // All others are the names that X.509 verification has for its findings, such as CERT_HAS_EXPIRED
  // or INVALID_PURPOSE.
  return error("certificate", cause.message);
}
