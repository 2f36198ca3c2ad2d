/** What else may listen where a Veyon Server was looked for. */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { HostError } from "./host-error.ts";

interface Service {
  readonly name: string;
  /** What it says first, or answers to a request for a page, read as Latin-1. */
  readonly opening: RegExp;
}

const services = [
  { name: "an HTTP server", opening: /^HTTP\/\d/ },
  { name: "an SSH server", opening: /^SSH-\d/ },
  { name: "a plain VNC server", opening: /^RFB \d{3}\.\d{3}/ },
  { name: "a mail or FTP server", opening: /^220[ -]/ },
  { name: "a mail server", opening: /^(\+OK|\* (OK|PREAUTH)) / },
  { name: "a Telnet server", opening: /^\xff[\xfb-\xfe]/ },
  { name: "a MySQL server", opening: /^.{3}\0\n\d+\./s },
] as const satisfies readonly Service[];

export type ServiceName =
  (typeof services)[number]["name"] | "an HTTPS server" | "a TLS server" | "another program";

/** All of the above are known by so many bytes. */
const openingBytesMax = 16;

/** What is there when something has come. */
export async function readOpening(stream: ByteStream): Promise<Uint8Array> {
  const first = await stream.read(1);
  return Buffer.concat([first, takeRest(stream)]);
}

/** What is there of an opening whose first bytes have been read. */
export function takeRest(stream: ByteStream): Uint8Array {
  return stream.take(Math.min(stream.availableBytes, openingBytesMax)) ?? new Uint8Array(0);
}

/** Whose opening that is. Nothing of the bytes themselves is in the name. */
export function recogniseService(opening: Uint8Array): ServiceName {
  const text = Buffer.from(opening).toString("latin1");
  return services.find((each) => each.opening.test(text))?.name ?? "another program";
}

export function strangerError(name: ServiceName, cause?: unknown): HostError {
  return new HostError("not-veyon", `${name} answers, no Veyon Server`, { cause });
}
