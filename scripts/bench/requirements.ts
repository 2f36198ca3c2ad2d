import { installTestPackages } from "../debian-packages.ts";

/** Installs what is missing. Throws if it cannot. */
export function installBenchPackages(): void {
  if (installTestPackages() !== "installed") throw new Error("Cannot run real Veyon hosts");
  if (Bun.which("wrk") !== null) return;
  const command = ["apt-get", "-q", "install", "-y", "--no-install-recommends", "wrk"];
  const { success } = Bun.spawnSync(command, { stdio: ["ignore", 2, 2] });
  if (!success) throw new Error(`Cannot install wrk: ${command.join(" ")}`);
}
