import { type Settings, writeConfiguration } from "./configuration.ts";
import { freePorts } from "./free-ports.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./own-directory.ts";
import { until } from "./until.ts";
import { startVeyonProgram } from "./veyon-program.ts";

export interface ReferenceWebApiOptions {
  /** Where it goes for a host without a port, default Veyon's 11100. */
  veyonServerPort?: number;
  /** PEM files; serves HTTPS, by TLS 1.3 only. */
  tls?: { certificateFile: string; privateKeyFile: string };
  /** Further settings by "Group/Key", such as "WebAPI/ConnectionLimit". */
  settings?: Settings;
  /** The processor's cores that it may use; default all. */
  cores?: readonly number[] | undefined;
}

export interface ReferenceWebApi {
  /** "http://127.0.0.1:port", without a final slash. */
  readonly url: string;
  readonly port: number;
  /** Of the server process, to read its use of CPU and memory in /proc. */
  readonly pid: number;
  readonly running: boolean;
  log(): string;
  /**
   * Ends it if it still runs, and starts it once more on the same port; all connection UIDs are
   * gone.
   */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the WebAPI server that Veyon itself has, with a configuration of its own. Resolves when it
 * answers.
 */
export async function startReferenceWebApi(
  options: ReferenceWebApiOptions = {},
): Promise<ReferenceWebApi> {
  const directory = makeOwnDirectory("reference-webapi");
  const [port] = freePorts(1);
  const url = `${options.tls ? "https" : "http"}://127.0.0.1:${port}`;
  const settings: Settings = {
    "WebAPI/HttpServerEnabled": true,
    "WebAPI/HttpServerPort": port,
    "Network/VeyonServerPort": options.veyonServerPort ?? 11100,
    ...(options.tls && {
      "WebAPI/HttpsEnabled": true,
      "WebAPI/TlsCertificateFile": options.tls.certificateFile,
      "WebAPI/TlsPrivateKeyFile": options.tls.privateKeyFile,
    }),
    ...options.settings,
  };
  const binds = [await writeConfiguration(directory, settings)];
  const start = () =>
    startVeyonProgram({
      name: "webapi",
      command: ["veyon-cli", "webapi", "runserver"],
      directory,
      env: { QT_QPA_PLATFORM: "offscreen", USER: "root" },
      binds,
      cores: options.cores,
      ready: () => until(`answer of ${url}`, () => answers(url)),
    });
  let process = await start().catch((error) => {
    removeOwnDirectory(directory);
    throw error;
  });

  return {
    url,
    port,
    get pid() {
      return process.pid;
    },
    get running() {
      return process.running;
    },
    log: () => process.log(),
    restart: async () => {
      await process.stop();
      process = await start();
    },
    stop: async () => {
      await process.stop();
      removeOwnDirectory(directory);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { tls: { rejectUnauthorized: false } });
    return true;
  } catch {
    return false;
  }
}
