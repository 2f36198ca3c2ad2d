/**
 * The system's own lookup, for names that no name server knows: those of mDNS (`pc-07.local`),
 * NetBIOS, LLMNR and directories, by whatever the system has for them. On Linux that is
 * getaddrinfo with the modules of nsswitch.conf, which waits on a thread of Bun's, and so is run in
 * a process of its own, `getent`. On Windows it waits on a thread of libuv's,
 * where no pictures are encoded, and on macOS on none.
 */
import { execFile } from "node:child_process";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isShortage } from "../descriptors.ts";
import type { Answer } from "./answer-source.ts";

/** Avahi gives up after 5 s. */
const timeoutMs = 6000;

const outputBytesMax = 16 * 1024;

/** A name that stands for hundreds would be tried for minutes. */
const addressesMax = 8;

/**
 * Ends by itself, and not sooner: whoever asks and leaves must not start one process after another.
 */
export function askSystem(name: string): Promise<Answer> {
  const isUnix = process.platform !== "win32" && process.platform !== "darwin";
  return isUnix ? askGetent(name) : askGetaddrinfo(name);
}

function askGetent(name: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // It would be an option.
  if (name.startsWith("-")) return Promise.resolve("unknown-name");
  const options = {
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: outputBytesMax,
  } as const;
  // A line for each address and type of socket: the address, the type, perhaps the name.
  execFile("getent", ["ahosts", name], options, (error, output) => {
    if (error !== null && isShortage(error)) reject(error);
    else resolve(toAnswer(output.split("\n").map((line) => line.split(/\s/)[0])));
  });
  return promise;
}

async function askGetaddrinfo(name: string): Promise<Answer> {
  try {
    return toAnswer((await lookup(name, { all: true })).map(({ address }) => address));
  } catch {
    return "unknown-name";
  }
}

function toAnswer(found: readonly string[]): Answer {
  const addresses = [...new Set(found)].filter((each) => isIP(each) !== 0);
  return addresses.length === 0 ? "unknown-name" : addresses.slice(0, addressesMax);
}
