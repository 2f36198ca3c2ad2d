/** An answer with a JSON body. Its header is spelled as by the reference, for the scripts that search for it as text. */
export function jsonResponse(value: unknown, status = 200): Response {
  const body = JSON.stringify(value);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
  };
  return new Response(body, { status, headers });
}
