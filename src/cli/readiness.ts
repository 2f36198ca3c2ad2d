import type { Validity } from "./certificate-watch.ts";

export interface ReadinessSources {
  readonly isStopping: boolean;
  /** Whether a further connection of the API would be refused. */
  readonly isFull: boolean;
  /** Of the certificate of the API; null without HTTPS. */
  readonly validity: Validity | null;
}

/** What keeps new clients from being served; empty when nothing does. */
export function readinessProblems({ isStopping, isFull, validity }: ReadinessSources): string[] {
  const problems: string[] = [];
  if (isStopping) problems.push("the server stops");
  if (isFull) problems.push("the limit of connections is reached (WebAPI/ConnectionLimit)");
  const nowMs = Date.now();
  if (validity !== null && nowMs < validity.fromMs) {
    problems.push("the certificate is not valid yet (WebAPI/TlsCertificateFile)");
  }
  if (validity !== null && nowMs >= validity.untilMs) {
    problems.push("the certificate has expired (WebAPI/TlsCertificateFile)");
  }
  return problems;
}
