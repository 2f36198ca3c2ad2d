import { randomBytes } from "node:crypto";

export const requestIdHeader = "X-Request-Id";

/** What proxies and tracers make: UUIDs, hexadecimal numbers, base64, paths of them. */
const acceptable = /^[\w.:+/=@-]{1,128}$/;

/** What a request is called, in the log and by its client. */
export interface RequestId {
  readonly id: string;
  /** Whether the request had the header, be it one that could be taken over or not. */
  readonly isAsked: boolean;
}

/**
 * Takes over the id that a request has, or makes one: a text of this process, and a number. Not
 * taken over is one that cannot stand in a log, and one that `isSecret`, for clients that put a
 * Connection-Uid there.
 */
export function requestIds(isSecret: (id: string) => boolean) {
  const process = randomBytes(4).toString("hex");
  let count = 0;
  return (header: string | undefined): RequestId => {
    const isTaken = header !== undefined && acceptable.test(header) && !isSecret(header);
    return { id: isTaken ? header : `${process}-${++count}`, isAsked: header !== undefined };
  };
}
