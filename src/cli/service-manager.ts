/**
 * Tells systemd, or whoever speaks the protocol of sd_notify(3), how the service goes. Each message
 * is one datagram to the Unix socket that NOTIFY_SOCKET names; Bun and Node.js have streams only,
 * so it takes the C library.
 */
import { dlopen } from "bun:ffi";
import type { Logger } from "../log/logger.ts";

export interface ServiceManager {
  /**
   * It serves. From now on it also says that it is alive, as often as the manager wants to hear it.
   */
  ready(): void;
  stopping(): void;
}

/**
 * Reads its variables and takes them away, so that no child speaks for us. Without them it says
 * nothing.
 */
export function serviceManager(environment: NodeJS.ProcessEnv, log: Logger): ServiceManager {
  const { NOTIFY_SOCKET: socket = "", WATCHDOG_USEC, WATCHDOG_PID } = environment;
  for (const name of variables) delete environment[name];
  const isWatched = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  const watchdogMs = isWatched ? Number(WATCHDOG_USEC ?? 0) / 1000 : 0;
  const notify = (state: string) => {
    try {
      if (socket !== "") send(encodeAddress(socket), state);
    } catch (error) {
      log.warn("service manager not told", { state, reason: (error as Error).message });
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    ready() {
      notify("READY=1");
      if (watchdogMs > 0) timer = setInterval(notify, watchdogMs / 2, "WATCHDOG=1").unref();
    },
    stopping() {
      clearInterval(timer);
      notify("STOPPING=1");
    },
  };
}

const variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/** Of sys/socket.h on Linux. */
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0x80002;
/** A manager that does not read must not keep us waiting. */
const MSG_DONTWAIT = 0x40;

/** A path must leave room for its end in the 108 bytes of sun_path. */
const pathBytesMax = 107;

/** A `struct sockaddr_un`. A name that starts with @ is in the abstract namespace. Throws Error. */
function encodeAddress(name: string): Buffer {
  const path = Buffer.from(name);
  const isAbstract = name.startsWith("@");
  if ((!isAbstract && !name.startsWith("/")) || path.length > pathBytesMax) {
    throw new Error(`Cannot use NOTIFY_SOCKET=${name}: wanted a path, or @ and a name`);
  }
  if (isAbstract) path[0] = 0;
  const address = Buffer.alloc(2 + path.length + (isAbstract ? 0 : 1));
  address.writeUInt16LE(AF_UNIX);
  path.copy(address, 2);
  return address;
}

function send(address: Buffer, state: string): void {
  const message = Buffer.from(state);
  const { symbols } = cLibrary();
  const socket = symbols.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) throw new Error("no socket");
  const sent = symbols.sendto(
    socket,
    message,
    message.length,
    MSG_DONTWAIT,
    address,
    address.length,
  );
  symbols.close(socket);
  if (Number(sent) !== message.length) throw new Error("nobody takes it");
}

type CLibrary = ReturnType<typeof openCLibrary>;

let opened: CLibrary | null = null;

function cLibrary(): CLibrary {
  return (opened ??= openCLibrary());
}

/** glibc, since it is there where systemd is. */
function openCLibrary() {
  return dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
}
