/** The product whole, as `runserver` composes it, on a free port. */
import { type RunningServer, serve } from "../../../src/cli/serve.ts";
import { loadSettings } from "../../../src/config/load-settings.ts";
import type { Settings } from "../../../src/config/settings-schema.ts";
import { noSources } from "../../../src/config/settings-sources.ts";
import type { SessionResources } from "../../../src/hosts/host-session.ts";
import { createLogger, type RootLogger } from "../../../src/log/logger.ts";
import { ApiClient } from "./api-client.ts";
import { onceOver } from "./fixture-host.ts";
import { guards } from "./guards.ts";

/** Everything at its default, but for the address and a log that says all. */
export const defaultSettings: Settings = loadSettings(
  { veyonConfigFile: null, configFile: null, flags: [] },
  noSources,
).values;

export interface ApiServer extends RunningServer {
  readonly api: ApiClient;
  readonly settings: Settings;
  readonly log: RootLogger;
  /** The lines of the log at level debug. */
  readonly lines: readonly string[];
  /** The first line of this event that has all of these texts, also if it is there already. */
  lineWith(event: string, ...texts: string[]): Promise<string>;
}

/** Stopped by `stopAll`, if not before. */
export async function startServer(
  overrides: Partial<Settings> = {},
  sessions: Partial<SessionResources> = {},
): Promise<ApiServer> {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const sink = (line: string) => {
    lines.push(line);
    for (const look of waiting) look();
  };
  const settings = {
    ...defaultSettings,
    httpServerPort: 0,
    bindAddress: "127.0.0.1",
    // On a busy machine a host that answers may take longer than 15 s.
    connectionAuthenticationTimeoutMs: 60_000,
    // Tests try more than a guesser may.
    refusedLoginsPerClient: 10_000,
    refusedLoginsPerHost: 10_000,
    ...guards?.settings,
    ...overrides,
  };
  const log = createLogger({ level: "debug", sink });
  const server = await serve(settings, log, undefined, sessions);
  onceOver(() => server.stop());
  return {
    ...server,
    api: new ApiClient(server.url),
    settings,
    log,
    lines,
    lineWith: (event, ...texts) =>
      new Promise((resolve) => {
        const wanted = [event.includes(" ") ? `event="${event}"` : ` event=${event} `, ...texts];
        const look = () => {
          const line = lines.find((one) => wanted.every((text) => one.includes(text)));
          if (line === undefined) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
}
