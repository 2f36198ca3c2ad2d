import type { StreamOwner } from "../../live/streams.ts";
import type { Variables } from "../environment.ts";

/** Whose stream the request asks for. */
export function ownerOf(
  { client, token, requestId }: Readonly<Variables>,
  kind: string,
): StreamOwner {
  return { kind, client, token, requestId };
}
