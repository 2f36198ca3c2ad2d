import { formatAdjustment, loadSettings } from "../config/load-settings.ts";
import type { GivenSettings } from "../config/settings-sources.ts";
import type { Settings } from "../config/settings-schema.ts";
import { readSystemWorld } from "../config/system-world.ts";
import { Pictures } from "../image/pictures.ts";
import { createLogger, type Logger } from "../log.ts";
import { stderrSink } from "../stderr-sink.ts";
import { version } from "../version.ts";
import type { CheckCommand, Command } from "./arguments.ts";
import { check } from "./check.ts";
import { runConfig } from "./config.ts";
import { createConnector } from "./create-connector.ts";
import { startDemo } from "./demo.ts";
import { helpText } from "./help.ts";
import { logConfiguration } from "./log-configuration.ts";
import { serve } from "./serve.ts";
import { termination } from "./termination.ts";

/** Runs a command to its end and returns the exit code. */
export async function run(command: Command): Promise<number> {
  switch (command.name) {
    case "help":
      console.log(helpText);
      return 0;
    case "version":
      console.log(version);
      return 0;
    case "config":
      console.log(runConfig(command, await readSystemWorld(command.given)));
      return 0;
    case "runserver":
      return runServer(command.given);
    case "demo":
      return runDemo(command.given);
    case "check":
      return runCheck(command);
  }
}

async function runServer(given: GivenSettings): Promise<number> {
  const loaded = loadSettings(given, await readSystemWorld(given));
  const { values } = loaded;
  const log = createLog(values);
  const server = await serve(values, log);
  logConfiguration(log, loaded);
  console.log(`veyon-webapi ${version} listens on ${server.url}`);
  await termination();
  await server.stop();
  return 0;
}

async function runDemo(given: GivenSettings): Promise<number> {
  // The Veyon of this computer, if there is one, has nothing to do with the demo.
  const loaded = loadSettings(given, await readSystemWorld(given, null));
  const { values, sources } = loaded;
  const log = createLog(values);
  const demo = await startDemo(values, sources, log);
  logConfiguration(log, loaded);
  console.log(`veyon-webapi ${version} listens on ${demo.url}\n${demo.instructions}`);
  await termination();
  await demo.stop();
  return 0;
}

async function runCheck(command: CheckCommand): Promise<number> {
  const { values, adjustments } = loadSettings(command.given, await readSystemWorld(command.given));
  for (const adjustment of adjustments) console.error(formatAdjustment(adjustment));
  const pictures = new Pictures({
    engine: values.imageEngine,
    cacheBytesMax: values.pictureCacheBytes,
    warn: (message) => console.error(message),
  });
  const passed = await check(command, {
    connector: createConnector(values),
    pictures: pictures.openEncoder(),
    veyonServerPort: values.veyonServerPort,
    authenticationTimeoutMs: values.connectionAuthenticationTimeoutMs,
    write: (line) => console.log(line),
  });
  pictures.close();
  return passed ? 0 : 1;
}

function createLog({ logLevel }: Settings): Logger {
  return createLogger({ level: logLevel, sink: stderrSink() });
}
