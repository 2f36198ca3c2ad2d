/** Runs wrk, Debian's HTTP benchmarking tool. */

export interface WrkOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly url: string;
  readonly uid?: string;
  /** A Lua script of wrk's own, in place of the URL's path and the uid. */
  readonly scriptFile?: string;
}

/** Requests per second. Throws if any was not answered by 200. */
export async function wrk(options: WrkOptions): Promise<number> {
  const { connections, seconds, url, uid, scriptFile } = options;
  const process = Bun.spawn(
    [
      "wrk",
      "-t1",
      `-c${connections}`,
      `-d${seconds}s`,
      "--timeout=20s",
      ...(uid === undefined ? [] : ["-H", `Connection-Uid: ${uid}`]),
      ...(scriptFile === undefined ? [] : ["-s", scriptFile]),
      url,
    ],
    { stdio: ["ignore", "pipe", 2] },
  );
  const output = await new Response(process.stdout).text();
  const rate = /^Requests\/sec:\s+([\d.]+)$/m.exec(output);
  if (rate === null || /Non-2xx|Socket errors/.test(output)) throw new Error(`wrk: ${output}`);
  return Number(rate[1]);
}
