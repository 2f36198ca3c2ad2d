import { basename } from "node:path";
import { homeOf, pupil, writeAccounts } from "./account.ts";
import { writeConfiguration } from "./configuration.ts";
import { freePorts } from "./free-ports.ts";
import { hostEnvironment, hostSettings, type VeyonHostOptions } from "./host-settings.ts";
import { testKey, writePublicKeys } from "./keys.ts";
import { startNetwork } from "./network.ts";
import { makeOwnDirectory, removeOwnDirectory } from "./own-directory.ts";
import { type RealProcess, startProcess } from "./real-process.ts";
import { waitForGreeting, waitForGreetingInside } from "./rfb-greeting.ts";
import { startVeyonProgram } from "./veyon-program.ts";
import { startXServer } from "./x-server.ts";
import type { XScreen } from "./x-screen.ts";

export type { VeyonHostOptions };

export interface VeyonHost {
  /** As the WebAPI wants it: "127.0.0.1:port", or what the host has on its network. */
  readonly address: string;
  readonly port: number;
  readonly vncServerPort: number;
  readonly demoServerPort: number;
  /** Number of its X display; undefined when headless. */
  readonly display: number | undefined;
  /** Its X screen, to draw on and to look at. Throws when headless. */
  readonly screen: XScreen;
  /** Of the user. */
  readonly home: string;
  /** Of the server, hence of what StartApp starts. */
  readonly env: Record<string, string>;
  readonly running: boolean;
  /** What server, workers and x11vnc have written, all starts together. */
  log(): string;
  /**
   * Starts a program on this host's screen, for example an xterm. It ends with the host at the
   * latest.
   */
  run(command: string[]): Promise<RealProcess>;
  /** Ends server, workers and x11vnc; the screen stays. The signal goes to the server alone. */
  kill(signal?: "SIGTERM" | "SIGKILL" | "SIGABRT"): Promise<void>;
  /** Starts the server once more, with the same ports and screen; ends it first if it runs. */
  restart(): Promise<void>;
  /**
   * Freezes the server: the kernel still accepts connections for it and keeps those it has, but it
   * says nothing.
   */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * Starts a real Veyon Server with configuration, keys and accounts of its own. Resolves when a
 * client may log in.
 *
 * What Debian's 4.7.5 shows of features, with a user, seen on bare Xvfb and with a window manager
 * alike:
 * - ScreenLock, InputDevicesLock: the keyboard map is emptied (`screen.keyboardWorks()`) and the
 *   pointer put at 0,0. The lock window is made, mapped and at once unmapped by its own program: it
 *   covers nothing, on any screen.
 * - FullScreenDemo: its window shares that fate. WindowDemo: window "Veyon Demo" with the other
 *   screen's pixels.
 * - TextMessage: window "Message from teacher" in the middle, with a blinking caret, so no two
 *   pictures need be equal; active until `closeTextMessage`. About 150 ms.
 * - StartApp: runs as the user, in the server's environment, in 30 to 90 ms. OpenWebsite: calls
 *   `xdg-open URL` as the user, found by PATH, about 150 ms. Where they write, the user must be
 *   allowed to: `home` is theirs.
 * - DemoServer: listens 250 ms later, on the port of the request; a request without one gets the
 *   default of the WebAPI's own configuration, not this host's `demoServerPort`. It takes
 *   everyone's connections, not only the machine's.
 * - Without a user the locks are ignored, and nothing else is: the rest then runs as root.
 */
export async function startVeyonHost(options: VeyonHostOptions = {}): Promise<VeyonHost> {
  const directory = makeOwnDirectory("veyon-host");
  const [veyonServer, vncServer, workers, demoServer] = freePorts(4);
  const ports = { veyonServer, vncServer, workers, demoServer };
  const publicKeys = writePublicKeys(directory, options.keys ?? [await testKey()]);
  const user = options.user ?? pupil;
  const home = homeOf(directory, user);
  const binds = [
    await writeConfiguration(directory, hostSettings(options, ports, publicKeys)),
    ...writeAccounts(directory, options.accounts ?? [user]),
  ];
  const x =
    options.screen === "headless"
      ? undefined
      : await startXServer(directory, options.size ?? { width: 1024, height: 768 });
  const env = hostEnvironment(options, home, x?.display);
  const onScreen = x && { shareMemoryWith: x.process };
  const network = options.network
    ? await startNetwork(options.network === true ? {} : options.network)
    : undefined;
  const address = network?.address ?? "127.0.0.1";

  const startServer = () =>
    startVeyonProgram({
      name: "veyon-server",
      command: ["veyon-server"],
      directory,
      env,
      binds,
      ...onScreen,
      network,
      // A client that logs in before the VNC server inside listens never gets its ServerInit.
      ready: () =>
        Promise.all([
          waitForGreeting(veyonServer, address),
          network ? waitForGreetingInside(network, vncServer) : waitForGreeting(vncServer),
        ]),
    });
  const programs: RealProcess[] = [];
  const release = async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await x?.stop();
    await network?.stop();
    removeOwnDirectory(directory);
  };
  let server = await startServer().catch(async (error) => {
    await release();
    throw error;
  });

  return {
    address: `${address}:${veyonServer}`,
    port: veyonServer,
    vncServerPort: vncServer,
    demoServerPort: demoServer,
    display: x?.display,
    get screen() {
      if (x === undefined) throw new Error("A headless host has no X screen");
      return x.screen;
    },
    home,
    env,
    get running() {
      return server.running;
    },
    log: () => server.log(),
    run: async (command) => {
      const name = basename(command[0]);
      const program = await startProcess({ name, command, env, directory, network, ...onScreen });
      programs.push(program);
      return program;
    },
    kill: async (signal = "SIGKILL") => {
      server.signal(signal);
      await server.exited;
    },
    restart: async () => {
      await server.stop();
      server = await startServer();
    },
    pause: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    stop: async () => {
      await server.stop();
      await release();
    },
  };
}
