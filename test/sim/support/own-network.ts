import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConcurrencyLimit } from "../../support/concurrency-limit.ts";

/**
 * A network of its own for a program, which ends with it: a cable on which there is nobody else
 * (10.91.0.0/24 and fd91::/64) but a computer that swallows everything (10.91.0.88), closed ways
 * (10.96 to 10.98), and no other way out.
 */
const setUp = `
  ip link set lo up
  ip link add cable type veth peer name far
  ip link set far up
  ip addr add 10.91.0.1/24 dev cable
  ip addr add fd91::1/64 dev cable nodad
  ip link set cable up
  ip neigh add 10.91.0.88 lladdr 02:00:00:00:00:88 dev cable
  ip route add unreachable 10.96.0.0/24
  ip route add prohibit 10.97.0.0/24
  ip route add blackhole 10.98.0.0/24
`;

/** `files`: what lies at places of the system, for this program alone. */
function inOwnNetwork(command: readonly string[], files: ReadonlyMap<string, string> = new Map()) {
  const mounts = [...files].map(([place, file]) => `mount --bind ${file} ${place}`);
  const script = [setUp, ...mounts, 'exec "$@"'].join("\n");
  return ["unshare", "--net", "--mount", "sh", "-ec", script, "sh", ...command];
}

/**
 * Null, or what keeps this machine from making networks: for titles of tests, so that a skipped
 * test says why.
 */
export const noNetworks: string | null = findObstacle();

function findObstacle(): string | null {
  for (const program of ["unshare", "ip"]) {
    if (Bun.which(program) === null) return `${program} is missing`;
  }
  const { success, stderr } = Bun.spawnSync(inOwnNetwork(["true"]), { stderr: "pipe" });
  return success ? null : `no right to make networks: ${stderr.toString().trim()}`;
}

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Other tests run at the same time, and some of them have to be done by a certain time. */
const programs = new ConcurrencyLimit(3);

/** Runs a script of this project in a network of its own. */
export function runInOwnNetwork(file: string, ...args: string[]): Promise<Finished> {
  return programs.run(() => run(inOwnNetwork([process.execPath, file, ...args])));
}

/** The same, with texts of the test's own at places of the system. */
export async function runWithOwnFiles(
  texts: Readonly<Record<string, string>>,
  file: string,
  ...args: string[]
): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-system-"));
  const files = new Map(
    Object.entries(texts).map(([place, text], index) => {
      const path = join(folder, String(index));
      writeFileSync(path, text);
      return [place, path];
    }),
  );
  try {
    const command = inOwnNetwork([process.execPath, file, ...args], files);
    return await programs.run(() => run(command));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(command: readonly string[]): Promise<Finished> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const stdout = await child.stdout.text();
  return { exitCode: await child.exited, stdout };
}
