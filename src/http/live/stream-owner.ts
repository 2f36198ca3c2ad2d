import type { StreamOwner } from "../../live/streams.ts";
import type { Variables } from "../environment.ts";

/** Whose stream the request asks for. */
export function ownerOf({ client, requestId }: Readonly<Variables>, kind: string): StreamOwner {
  return { kind, client, requestId };
}
