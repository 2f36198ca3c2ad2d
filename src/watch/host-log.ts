import { formatHostAddress } from "../connect/host-address.ts";
import type { Logger } from "../log/logger.ts";
import type { WatchedHost } from "./watched-host.ts";

/** Writes a line when a computer that is watched is lost, comes back, and is let go of. */
export function logHostEvents(watched: WatchedHost, log: Logger): void {
  const host = formatHostAddress(watched.host.address);
  watched.events.subscribe((event) => {
    switch (event.kind) {
      case "lost":
        log.warn("host lost", { host, reason: event.reason.message });
        return;
      case "back":
        log.info("host is back", { host });
        return;
      case "changed":
        return;
      case "closed":
        log.info("host closed", { host, reason: event.reason, lost: watched.host.lost?.message });
    }
  });
}
