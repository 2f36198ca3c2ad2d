/**
 * `veyon-webapi demo`: a classroom of simulated hosts, the API in front of them, and the page
 * /view, which shows them without asking for a login.
 */
import type { SettingSource } from "../config/load-settings.ts";
import type { SettingName, Settings } from "../config/settings-schema.ts";
import type { Logger } from "../log/logger.ts";
import type { Room } from "../page/room.ts";
import { type ClassroomHost, startClassroomHost } from "../sim/classroom/classroom-host.ts";
import { methodUuid } from "../veyon/authentication-methods.ts";
import { type RunningServer, serve } from "./serve.ts";

/** The account that all simulated hosts know. They are open to this computer only. */
const demoAccount = { username: "teacher", password: "veyon" };

const pupils = [
  { name: "room1-pc1", login: "ada", fullName: "Ada Lovelace", version: "4.11.1" },
  { name: "room1-pc2", login: "alan", fullName: "Alan Turing", version: "4.7.5" },
  { name: "room1-pc3", login: "grace", fullName: "Grace Hopper", version: "4.9.4" },
  { name: "room1-pc4", login: "edsger", fullName: "Edsger Dijkstra", version: "4.5.0" },
  { name: "room1-pc5", login: "barbara", fullName: "Barbara Liskov", version: "5.0" },
  { name: "room1-pc6", login: "donald", fullName: "Donald Knuth", version: "4.11.1" },
] as const;

const veyon5Pupil = pupils.findIndex(({ version }) => version === "5.0");

const screenSize = { width: 1280, height: 720 };

export interface RunningDemo extends RunningServer {
  /** What a person can paste into a shell. */
  readonly instructions: string;
}

/**
 * Throws ListenError or SettingsError. Unless a setting says otherwise it listens on this computer
 * only, since its password is known to everyone.
 */
export async function startDemo(
  settings: Settings,
  sources: Readonly<Record<SettingName, SettingSource>>,
  log: Logger,
): Promise<RunningDemo> {
  const isBindDefault = sources.bindAddress.source === "default";
  const bindAddress = isBindDefault ? "127.0.0.1" : settings.bindAddress;
  const hosts = await Promise.all(
    pupils.map(({ name, login, fullName, version }) =>
      startClassroomHost({
        ...screenSize,
        name,
        version,
        user: { login, fullName },
        session: { hostName: name },
        credentials: {
          accounts: { [demoAccount.username]: demoAccount.password },
        },
      }),
    ),
  );
  try {
    // Veyon 5 is found on Veyon's own port alone.
    const veyonServerPort = hosts[veyon5Pupil].host.port;
    const server = await serve({ ...settings, bindAddress, veyonServerPort }, log, room(hosts));
    return {
      ...server,
      instructions: instructions(server.url, address(hosts[0])),
      async stop() {
        await server.stop();
        await stopAll(hosts);
      },
    };
  } catch (error) {
    await stopAll(hosts);
    throw error;
  }
}

function room(hosts: readonly ClassroomHost[]): Room {
  return {
    method: methodUuid("AuthLogon"),
    credentials: demoAccount,
    computers: hosts.map((each, index) => ({ name: pupils[index].name, address: address(each) })),
  };
}

function instructions(url: string, host: string): string {
  const login = JSON.stringify({ method: methodUuid("AuthLogon"), credentials: demoAccount });
  const header = '-H "Connection-Uid: $uid"';
  return `
Open ${url}/view to see the classroom, or paste into a shell:

  uid=$(curl -s ${url}/api/v1/authentication/${host} \\
    -d '${login}' | cut -d '"' -f 4)
  curl -s --retry 5 ${header} ${url}/api/v1/framebuffer -o screen.png
  curl -s ${header} ${url}/api/v1/user
  curl -s ${header} -X PUT ${url}/api/v1/feature/ccb535a2-1d24-4cc1-a709-8b47d2b2ac79 -d '{"active":true}'
  sleep 1
  curl -s ${header} "${url}/api/v1/framebuffer?format=jpeg&width=640" -o locked.jpg

A connection without requests ends after a minute; run the first line again then. Ctrl+C ends the demo.
`;
}

function address({ host }: ClassroomHost): string {
  return `127.0.0.1:${host.port}`;
}

async function stopAll(hosts: readonly ClassroomHost[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.stop()));
}
