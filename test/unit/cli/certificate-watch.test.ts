import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, jest, setSystemTime, test } from "bun:test";
import { CertificateWatch } from "../../../src/cli/certificate-watch.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createCertificate } from "../../../src/sim/certificates/certificate.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const validUntil = new Date("2027-06-30T12:00:00Z");

let lines: string[];
let watch: CertificateWatch;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const sink = (line: string) => void lines.push(line.replace(/^time=\S+ /, ""));
  watch = new CertificateWatch(createLogger({ level: "info", sink }));
});

afterEach(() => {
  watch.close();
  jest.useRealTimers();
  setSystemTime();
});

function certificate(): string {
  return createCertificate({
    commonName: "api",
    validFrom: new Date("2027-01-01T00:00:00Z"),
    validUntil,
    privateKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
    serial: 1,
    hash: "sha256",
    extensions: [],
  }).certificate;
}

/** As somebody whose server starts so long before the certificate's end. */
function useBeforeEnd(ms: number): void {
  setSystemTime(validUntil.getTime() - ms);
  watch.use({ api: certificate(), authority: null });
}

test("one that holds for 30 days is no reason for a line", () => {
  useBeforeEnd(30 * dayMs + hourMs);
  expect(lines).toEqual([]);
});

test("one that soon expires is warned of at the start, and once a day", () => {
  useBeforeEnd(30 * dayMs - hourMs);
  const line =
    'level=warn event="certificate expires soon" setting=WebAPI/TlsCertificateFile until=2027-06-30T12:00:00.000Z';
  expect(lines).toEqual([line]);
  jest.advanceTimersByTime(dayMs - 1);
  expect(lines).toEqual([line]);
  jest.advanceTimersByTime(1);
  expect(lines).toEqual([line, line]);
});

test("one that has expired is warned of, the authority of the hosts as well", () => {
  setSystemTime(validUntil);
  watch.use({ api: certificate(), authority: certificate() });
  const rest = "until=2027-06-30T12:00:00.000Z";
  expect(lines).toEqual([
    `level=warn event="certificate expired" setting=WebAPI/TlsCertificateFile ${rest}`,
    `level=warn event="certificate expired" setting=TLS/CaCertificateFile ${rest}`,
  ]);
});

test("one that is not valid yet is warned of", () => {
  setSystemTime(new Date("2026-12-31T23:00:00Z"));
  watch.use({ api: certificate(), authority: null });
  expect(lines).toEqual([
    'level=warn event="certificate not valid yet" setting=WebAPI/TlsCertificateFile from=2027-01-01T00:00:00.000Z until=2027-06-30T12:00:00.000Z',
  ]);
});

test("one that takes its place is looked at in its place", () => {
  useBeforeEnd(dayMs);
  watch.use({ api: null, authority: null });
  jest.advanceTimersByTime(3 * dayMs);
  expect(lines).toHaveLength(1);
  expect(watch.apiValidity).toBeNull();
});
