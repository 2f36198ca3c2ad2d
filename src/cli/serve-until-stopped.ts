import type { Logger } from "../log/logger.ts";
import { version } from "../version.ts";
import type { Reloader } from "./reload.ts";
import type { RunningServer } from "./serve.ts";
import { serviceManager } from "./service-manager.ts";
import type { Signals } from "./signals.ts";

export interface Started {
  readonly server: RunningServer;
  readonly log: Logger;
  readonly reloader: Reloader;
  /** What a person is told beside the address. */
  readonly instructions?: string;
}

/**
 * For what holds the program when all is over, for example a name lookup that nobody waits for any
 * more.
 */
const remainsMs = 500;

/**
 * Starts a server, says that it is ready, and stops it at a signal, which may come before it has
 * started. Returns the exit code; throws what `start` throws.
 */
export async function serveUntilStopped(
  signals: Signals,
  start: () => Promise<Started>,
): Promise<number> {
  const started = await Promise.race([start(), signals.stop.then(() => null)]);
  if (started !== null) {
    const { server, log, reloader, instructions } = started;
    signals.whenHangup(() => void reloader.reload());
    console.log(`veyon-webapi ${version} listens on ${server.listensOn}`);
    if (instructions !== undefined) console.log(instructions);
    const manager = serviceManager(process.env, log);
    manager.ready();
    await signals.stop;
    manager.stopping();
    await server.stop();
  }
  signals.exitWithin(remainsMs);
  return 0;
}
