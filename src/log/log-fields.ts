import { isSecretName, redactSecrets } from "./redact-secrets.ts";

/** A field that is undefined is left out. An Error is written whole: stack and causes. */
export type LogFields = Readonly<Record<string, LogValue>>;

export type LogValue = string | number | boolean | bigint | null | undefined | Error;

/** What may be written of a value. */
export type PrintableValue = string | number | boolean | null;

/** Paths and reasons come from clients and hosts: a longer value is cut. */
const valueCharactersMax = 8192;

const causesMax = 5;

/** The value as it may be written: without secrets, and not longer than the limit. */
export function printable(name: string, value: Exclude<LogValue, undefined>): PrintableValue {
  if (isSecretName(name)) return "[secret]";
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  const text = redactSecrets(value instanceof Error ? describeError(value) : String(value));
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax)}…` : text;
}

/**
 * Beside what JSON escapes: control characters that move a terminal's cursor or turn the direction
 * of writing.
 */
const unsafe = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const needsNoEscape = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** In double quotes, on one line, and harmless to a terminal, whatever it holds. */
export function quote(text: string): string {
  if (needsNoEscape.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function describeError(error: Error): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && parts.length < causesMax) {
    parts.push(current.stack ?? `${current.name}: ${current.message}`);
    current = current.cause;
  }
  return parts.join("\ncaused by ");
}
