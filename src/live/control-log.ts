import { formatHostAddress } from "../connect/host-address.ts";
import type { Logger } from "../log/logger.ts";
import type { ControlObserver } from "./held-input.ts";
import type { LiveConnection, StreamOwner } from "./streams.ts";

/** Writes that somebody has begun to control a computer, and has ended; never what they do. */
export function controlLog(
  log: Logger,
  { kind, client, token, requestId }: StreamOwner,
  { serial, content }: LiveConnection,
): ControlObserver {
  const fields = {
    host: formatHostAddress(content.host.address),
    by: kind,
    ...content.loginName,
    client,
    connection: serial,
    caller: token,
    request: requestId,
  };
  return {
    onBegin: () => log.audit("control began", fields),
    onEnd: () => log.audit("control ended", fields),
  };
}
