import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "./network.ts";
import { type Bind, type RealProcess, startProcess } from "./real-process.ts";

export interface VeyonProgramOptions {
  name: string;
  command: string[];
  /** Where its log and temporary files are kept. */
  directory: string;
  /** In addition to what every Veyon program gets. */
  env: Record<string, string>;
  binds: Bind[];
  shareMemoryWith?: RealProcess;
  network?: Network | undefined;
  cores?: readonly number[] | undefined;
  ready: () => Promise<unknown>;
}

/**
 * Starts a Veyon program with a system bus of its own, on which nobody is.
 *
 * Veyon asks logind for the session from two threads at once. On a machine without a system bus
 * both write the same error, unprotected, inside Qt: one start of the server in thirty crashed, at
 * once or later. With a bus, and told its session as Veyon's own service tells it, 300 of 300
 * starts held. (With a bus, but without a session, libdbus aborts it each time.) One of some
 * thousand since then crashed all the same, so that a crash at the start is tried again, once.
 */
export async function startVeyonProgram(options: VeyonProgramOptions): Promise<RealProcess> {
  try {
    return await startOnce(options);
  } catch (error) {
    if (!(error as Error).message.includes(`ended with ${segmentationFault} before`)) throw error;
    return startOnce(options);
  }
}

/** Exit code of a shell whose program has had SIGSEGV. */
const segmentationFault = 139;

function startOnce(options: VeyonProgramOptions): Promise<RealProcess> {
  const { name, command, directory, env, binds, shareMemoryWith, network, cores, ready } = options;
  const bus = join(directory, "bus");
  makeSharedDirectory(join(directory, "tmp"));
  return startProcess({
    name,
    command: ["sh", "-c", busAndProgram, bus, ...command],
    directory,
    env: { ...veyonEnvironment(directory), ...env },
    binds,
    ...(shareMemoryWith && { shareMemoryWith }),
    network,
    cores,
    ready,
  });
}

/** Open to the workers that Veyon starts as the user, for their log files too. */
function makeSharedDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o1777);
}

const busAndProgram = `
rm -f "$0"
dbus-daemon --session --fork --nopidfile --nosyslog --address="unix:path=$0" || exit 125
exec "$@"`;

function veyonEnvironment(directory: string): Record<string, string> {
  return {
    PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
    LANG: "C.UTF-8",
    HOME: join(directory, "tmp"),
    TMPDIR: join(directory, "tmp"),
    DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${join(directory, "bus")}`,
    VEYON_SESSION_PATH: "/org/freedesktop/login1/session/none",
  };
}
