import { formatAdjustment, type LoadedSettings, loadSettings } from "../config/load-settings.ts";
import type { GivenSettings } from "../config/settings-sources.ts";
import type { Settings } from "../config/settings-schema.ts";
import { readSystemSources } from "../config/system-sources.ts";
import { Pictures } from "../image/pictures.ts";
import { createLogger, type RootLogger } from "../log/logger.ts";
import { stderrSink } from "../log/stderr-sink.ts";
import { version } from "../version.ts";
import type { CheckCommand, Command, TokenCommand } from "./arguments.ts";
import { check } from "./check.ts";
import { runConfig } from "./config.ts";
import { createConnector } from "./create-connector.ts";
import { startDemo } from "./demo.ts";
import { helpAbout, helpText } from "./help.ts";
import { logConfiguration } from "./log-configuration.ts";
import { logLevelReload } from "./reload-log-level.ts";
import { Reloader } from "./reload.ts";
import { type RunningServer, serve } from "./serve.ts";
import { createSessionResources } from "./session-resources.ts";
import { type Started, serveUntilStopped } from "./serve-until-stopped.ts";
import type { Signals } from "./signals.ts";
import { runToken } from "./token.ts";

const usageExitCode = 2;

/** Runs a command to its end and returns the exit code. */
export function run(command: Command, signals: Signals): Promise<number> {
  switch (command.name) {
    case "runserver":
      return serveUntilStopped(signals, () => startServer(command.given));
    case "demo":
      return serveUntilStopped(signals, () => startDemoServer(command.given));
    default:
      signals.release();
      return runToEnd(command);
  }
}

type EndingCommand = Exclude<Command, { readonly name: "runserver" | "demo" }>;

async function runToEnd(command: EndingCommand): Promise<number> {
  switch (command.name) {
    case "none":
      console.error(helpText);
      return usageExitCode;
    case "help":
      console.log(command.topic === null ? helpText : helpAbout(command.topic));
      return 0;
    case "version":
      console.log(version);
      return 0;
    case "config":
      console.log(runConfig(command, await readSystemSources(command.given)));
      return 0;
    case "check":
      return runCheck(command);
    case "token":
      return (await runTokenCommand(command)) ? 0 : 1;
  }
}

async function startServer(given: GivenSettings): Promise<Started> {
  const load = async () => loadSettings(given, await readSystemSources(given));
  const loaded = await load();
  const log = createLog(loaded.values);
  const server = await serve(loaded.values, log);
  logConfiguration(log, loaded);
  return { server, log, reloader: createReloader(loaded, load, server, log) };
}

async function startDemoServer(given: GivenSettings): Promise<Started> {
  // The Veyon of this computer, if there is one, has nothing to do with the demo.
  const load = async () => loadSettings(given, await readSystemSources(given, null));
  const loaded = await load();
  const log = createLog(loaded.values);
  const demo = await startDemo(loaded.values, loaded.sources, log);
  logConfiguration(log, loaded);
  const reloader = createReloader(loaded, load, demo, log);
  return { server: demo, log, reloader, instructions: demo.instructions };
}

function createReloader(
  { values: settings }: LoadedSettings,
  load: () => Promise<LoadedSettings>,
  { reloadables }: RunningServer,
  log: RootLogger,
): Reloader {
  return new Reloader({
    settings,
    load: async () => (await load()).values,
    reloadables: [logLevelReload(log), ...reloadables],
    log,
  });
}

async function runTokenCommand(command: TokenCommand): Promise<boolean> {
  const { values } = loadSettings(command.given, await readSystemSources(command.given));
  return runToken(command, values, {
    result: (text) => console.log(text),
    remark: (text) => console.error(text),
  });
}

async function runCheck(command: CheckCommand): Promise<number> {
  const { values, adjustments } = loadSettings(
    command.given,
    await readSystemSources(command.given),
  );
  for (const adjustment of adjustments) console.error(formatAdjustment(adjustment));
  const resources = createSessionResources(values);
  const pictures = new Pictures({
    slicer: resources.slicer,
    engine: values.imageEngine,
    cacheBytesMax: values.pictureCacheBytes,
    enlargementMax: values.enlargementLimit,
    warn: (message) => console.error(message),
  });
  const passed = await check(command, {
    connector: await createConnector(values),
    resources,
    pictures: pictures.openEncoder(),
    veyonServerPort: values.veyonServerPort,
    authenticationTimeoutMs: values.connectionAuthenticationTimeoutMs,
    write: (line) => console.log(line),
  });
  pictures.close();
  // On some systems a name lookup of their own cannot be given up, and would hold the process for
  // as long as it takes.
  process.exit(passed ? 0 : 1);
}

function createLog({ logLevel, logFormat }: Settings): RootLogger {
  return createLogger({ level: logLevel, format: logFormat, sink: stderrSink(logFormat) });
}
