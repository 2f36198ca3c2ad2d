import { isSecretName, redactSecrets } from "./redact-secrets.ts";

/** A field that is undefined is left out. An Error is written whole: stack and causes. */
export type LogFields = Readonly<Record<string, LogValue>>;

export type LogValue = string | number | boolean | bigint | null | undefined | Error;

/** Paths and reasons come from clients and hosts: a longer value is cut. */
const valueCharactersMax = 8192;

const causesMax = 5;

/** ` name=value` for each field, on one line whatever the values hold. */
export function encodeLogFields(fields: LogFields): string {
  let line = "";
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${name}=${encodeValue(name, value)}`;
  }
  return line;
}

function encodeValue(name: string, value: Exclude<LogValue, undefined>): string {
  if (isSecretName(name)) return "[secret]";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = redactSecrets(value instanceof Error ? describeError(value) : String(value));
  const short = text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax)}…` : text;
  return isPlain.test(short) ? short : quote(short);
}

const isPlain = /^[\x21\x23-\x3c\x3e-\x5b\x5d-\x7e]+$/;

/**
 * Beside what JSON escapes: control characters that move a terminal's cursor or turn the direction
 * of writing.
 */
const unsafe = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function quote(text: string): string {
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
