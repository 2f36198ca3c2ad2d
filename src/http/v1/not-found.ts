import { notStored } from "../json-response.ts";

/** What the reference says to everything that it does not know. */
const text = "Invalid command or non-matching HTTP method";

/** With the length, since Hono leaves the text away from the answer to HEAD. */
const headers = {
  "Content-Type": "text/plain",
  "Content-Length": String(text.length),
  ...notStored,
};

export function notFound(): Response {
  return new Response(text, { status: 404, headers });
}
