import { spawn } from "node:child_process";

/**
 * Whether the host answers an ICMP echo request, by the system's own `ping`, which may do so
 * without privileges. No answer where that program is missing.
 */
export function ping(host: string, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // A host that starts with a dash would be an option.
  if (host.startsWith("-")) return Promise.resolve(false);
  const args = process.platform === "win32" ? ["-n", "1", host] : ["-c", "1", host];
  const child = spawn("ping", args, { stdio: "ignore", timeout: timeoutMs, killSignal: "SIGKILL" });
  child.once("error", () => resolve(false));
  child.once("exit", (code) => resolve(code === 0));
  return promise;
}
