/** The two servers that are compared, each a process of its own with the same Veyon.conf. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Settings, writeConfiguration } from "../../test/real/support/configuration.ts";
import { freePorts } from "../../test/real/support/free-ports.ts";
import { makeOwnDirectory, removeOwnDirectory } from "../../test/real/support/own-directory.ts";
import { startProcess } from "../../test/real/support/real-process.ts";
import { startReferenceWebApi } from "../../test/real/support/reference-webapi.ts";
import { until } from "../../test/real/support/until.ts";
import { ApiSession, type LoginBody } from "./api-client.ts";
import type { Situation } from "./situations.ts";

export type SideName = "ours" | "reference";

/** One of the two, running. */
export interface Side {
  readonly name: SideName;
  readonly url: string;
  /** To read in /proc what it uses. */
  readonly pid: number;
  /** `hostAddress`: "198.18.0.2:11100". */
  logIn(hostAddress: string): Promise<ApiSession>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** The command that starts ours. */
  readonly program: readonly string[];
  readonly login: LoginBody;
  /** The processor's cores that it may use; default all. */
  readonly cores?: readonly number[];
}

/**
 * Nobody asks while the other side is being measured, and there may be more hosts than by default.
 */
const settings: Settings = {
  "WebAPI/ConnectionIdleTimeout": 3600,
  "WebAPI/ConnectionLimit": 600,
};

export function startSide(name: SideName, options: ServerOptions): Promise<Side> {
  return name === "ours" ? startOurs(options) : startReference(options);
}

async function startOurs({ program, login, cores }: ServerOptions): Promise<Side> {
  const directory = makeOwnDirectory("ours");
  const [port] = freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const process = await startProcess({
    name: "veyon-webapi",
    command: [...program, "runserver", "--bind", "127.0.0.1"],
    env: { PATH: "/usr/bin:/bin", HOME: directory },
    directory,
    cores,
    binds: [await writeConfiguration(directory, { ...settings, "WebAPI/HttpServerPort": port })],
    ready: () => until(`answer of ${url}`, () => fetch(url).catch(() => null)),
  });
  const { pid } = process;
  return {
    ...side("ours", url, pid, login),
    stop: async () => {
      await process.stop();
      removeOwnDirectory(directory);
    },
  };
}

async function startReference({ login, cores }: ServerOptions): Promise<Side> {
  const reference = await startReferenceWebApi({ settings, cores });
  const { url, pid } = reference;
  return { ...side("reference", url, pid, login), stop: () => reference.stop() };
}

function side(name: SideName, url: string, pid: number, login: LoginBody) {
  return {
    name,
    url,
    pid,
    logIn: (hostAddress: string) => ApiSession.open(url, hostAddress, login),
  };
}

/** Both, for as long as `use` needs them. */
export async function withSides<Result>(
  options: ServerOptions,
  use: (sides: readonly [ours: Side, reference: Side]) => Promise<Result>,
): Promise<Result> {
  const ours = await startSide("ours", options);
  try {
    const reference = await startSide("reference", options);
    try {
      return await use([ours, reference]);
    } finally {
      await reference.stop();
    }
  } finally {
    await ours.stop();
  }
}

/** Both, for each of the items: warm ones get all of them, cold ones are started anew for each. */
export async function withSidesFor<Item>(
  options: ServerOptions,
  { isWarm }: Situation,
  items: readonly Item[],
  use: (sides: readonly [ours: Side, reference: Side], items: readonly Item[]) => Promise<void>,
): Promise<void> {
  const groups = isWarm ? [items] : items.map((each) => [each]);
  for (const group of groups) await withSides(options, (sides) => use(sides, group));
}

/** Makes the binary of the sources as they are now. */
export async function buildProgram(directory: string): Promise<string> {
  const file = join(directory, "veyon-webapi");
  rmSync(file, { force: true });
  const script = join(import.meta.dir, "..", "build.ts");
  const build = Bun.spawn([process.execPath, script, "--outfile", file], {
    stdio: ["ignore", 2, 2],
  });
  if ((await build.exited) !== 0) throw new Error("Cannot build the server");
  return file;
}
