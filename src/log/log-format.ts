/**
 * The two forms of a line of the log.
 *
 * `text`: `name=value` pairs, known as logfmt. It is read by people in the terminal and the journal
 * as it is, searched by grep, and taken apart by most collectors:
 *
 *     time=2026-11-21T21:00:00.000Z level=info event=request status=200 ms=0.4
 *
 * `json`: the same fields as an object (JSON Lines), for collectors that take nothing else:
 *
 *     {"time":"2026-11-21T21:00:00.000Z","level":"info","event":"request","status":200,"ms":0.4}
 */
import { type LogFields, printable, type PrintableValue, quote } from "./log-fields.ts";

export const logFormats = ["text", "json"] as const;

export type LogFormat = (typeof logFormats)[number];

/** A line is the parts for its fields, one after the other, made whole by `line`. */
export interface LineForm {
  readonly field: (name: string, value: PrintableValue) => string;
  readonly line: (parts: string) => string;
}

export const lineForms: Readonly<Record<LogFormat, LineForm>> = {
  text: {
    field: (name, value) => ` ${name}=${plainOrQuoted(value)}`,
    line: (parts) => parts.slice(1),
  },
  json: {
    field: (name, value) => `,"${name}":${jsonValue(value)}`,
    line: (parts) => `{${parts.slice(1)}}`,
  },
};

export function encodeFields({ field }: LineForm, fields: LogFields): string {
  let parts = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) parts += field(name, printable(name, value));
  }
  return parts;
}

const isPlain = /^[\x21\x23-\x3c\x3e-\x5b\x5d-\x7e]+$/;

function plainOrQuoted(value: PrintableValue): string {
  if (typeof value !== "string") return String(value);
  return isPlain.test(value) ? value : quote(value);
}

/** A number that JSON has no form for is a text. */
function jsonValue(value: PrintableValue): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" && !Number.isFinite(value) ? `"${value}"` : String(value);
}
