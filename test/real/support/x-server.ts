import { type RealProcess, startProcess } from "./real-process.ts";
import { until } from "./until.ts";
import { XConnection } from "./x-connection.ts";
import { XScreen } from "./x-screen.ts";

export interface XServer {
  display: number;
  screen: XScreen;
  process: RealProcess;
  stop(): Promise<void>;
}

/**
 * Starts an Xvfb, which picks the first free display by itself and says its number when it is
 * ready.
 */
export async function startXServer(
  directory: string,
  size: { width: number; height: number },
): Promise<XServer> {
  let display = 0;
  const process = await startProcess({
    name: "Xvfb",
    command: [
      "Xvfb",
      "-displayfd",
      "1",
      "-screen",
      "0",
      `${size.width}x${size.height}x24`,
      "-noreset",
    ],
    env: { PATH: "/usr/bin:/bin" },
    directory,
    ready: async (log) => {
      display = await until("the display number of Xvfb", () => displayNumberIn(log()));
    },
  });
  const connection = await XConnection.open(display);
  return {
    display,
    screen: new XScreen(connection),
    process,
    stop: async () => {
      connection.close();
      // Told, not killed, it removes its socket file.
      process.signal("SIGTERM");
      await process.exited;
    },
  };
}

/** A display number is a line of its own. Undefined while there is none. */
function displayNumberIn(log: string): number | undefined {
  const line = /^(\d+)\n/m.exec(log);
  return line === null ? undefined : Number(line[1]);
}
