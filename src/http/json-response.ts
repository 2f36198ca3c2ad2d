import type { ApiError } from "./errors.ts";

/** It belongs to the caller, and a shared cache that is not told so would give it to others. */
export const notStored = { "Cache-Control": "no-store" } as const;

/**
 * An answer with a JSON body. Its header is spelled as by the reference, for the scripts that
 * search for it as text.
 */
export function jsonResponse(
  value: unknown,
  status = 200,
  otherHeaders: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify(value);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    ...notStored,
    ...otherHeaders,
  };
  return new Response(body, { status, headers });
}

/** An error of the API. */
export function errorResponse({ body, status, headers }: ApiError): Response {
  return jsonResponse(body, status, headers);
}
