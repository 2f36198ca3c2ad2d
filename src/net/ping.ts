import { spawn } from "node:child_process";
import { isShortage, shortageError } from "./descriptors.ts";

/**
 * Whether the computer with this IP address answers an ICMP echo request, by the system's own
 * `ping`, which may do so without privileges. No answer where that program is missing. It is not
 * given up: whoever asks and leaves must not start one process after another. Throws ConnectError
 * (no-descriptors).
 */
export function ping(address: string, timeoutMs: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const args = process.platform === "win32" ? ["-n", "1", address] : ["-c", "1", address];
  const child = spawn("ping", args, {
    stdio: "ignore",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  child.once("error", (error) => {
    if (isShortage(error)) reject(shortageError(error));
    else resolve(false);
  });
  child.once("exit", (code) => resolve(code === 0));
  return promise;
}
