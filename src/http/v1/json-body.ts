/**
 * Request bodies: JSON, as leniently as the reference reads it, and a word for what is no JSON at
 * all.
 */
import { jsonLimits, scanJson } from "./json-scan.ts";

export interface JsonBody {
  /**
   * What the routes read: a body that is no JSON object counts as an empty one, as with the
   * reference.
   */
  readonly object: object;
  /** Why it is the empty one; null when the body is an object. */
  readonly fault: string | null;
}

/** The fault of a body that has nothing in it. */
export const emptyBody = "the body is empty";

/** What Windows PowerShell 5 does with a text unless it is told otherwise is the usual cause. */
const notUtf8 =
  "the body is not UTF-8; in PowerShell send bytes: -Body ([Text.Encoding]::UTF8.GetBytes($json)) -ContentType 'application/json; charset=utf-8'";

/** The Content-Type does not matter. */
export function decodeJsonBody(bytes: Uint8Array): JsonBody {
  let text: string;
  try {
    // It leaves a byte order mark out.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return faulty(notUtf8);
  }
  if (text.trim() === "") return faulty(emptyBody);
  const { depth, values, hasIllegalStrings } = scanJson(text);
  const { depthMax, valuesMax } = jsonLimits;
  if (depth > depthMax) return faulty(`the body is nested over ${depthMax} deep`);
  if (values > valuesMax) return faulty(`the body has over ${valuesMax} values`);
  const value = parse(hasIllegalStrings ? withLegalStrings(text) : text);
  if (value === undefined) return faulty("the body is not JSON");
  if (isObject(value)) return { object: value, fault: null };
  return faulty("the body is JSON, but not an object");
}

function faulty(fault: string): JsonBody {
  return { object: {}, fault };
}

/** Undefined for what is no JSON. The parser's message would quote the body. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The text with what the reference allows in a string and JSON does not written as JSON wants it:
 * control characters as they are, such as the line breaks of a key that a shell script has put in,
 * and a backslash before any character.
 */
function withLegalStrings(text: string): string {
  let isInside = false;
  return text.replace(/\\[^]?|["\p{Cc}]/gu, (found) => {
    if (found === '"') isInside = !isInside;
    if (!isInside || found === '"' || /^\\["\\/bfnrtu]/.test(found)) return found;
    const character = found.replace("\\", "");
    return character <= "\x7f" ? JSON.stringify(character).slice(1, -1) : found;
  });
}
