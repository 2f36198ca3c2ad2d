/** Many clients that fetch pictures, while one asks for something small. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiSession } from "./api-client.ts";
import { latencyMs } from "./picture-figures.ts";
import { wrk } from "./wrk.ts";

const askEveryMs = 10;

/** Clients that ask for the pictures of these sessions, one after the other. */
export interface PictureLoad {
  readonly sessions: readonly ApiSession[];
  /** Taken in turns, session by session. */
  readonly queries: readonly string[];
  readonly clients: number;
  /** Of each client, after each answer: at random from half of it to one and a half. */
  readonly pauseMs: number;
}

export interface UnderLoad {
  /** Of GET user, by a session of its own, every 10 ms. */
  readonly latenciesMs: readonly number[];
  /** Pictures per second. */
  readonly rate: number;
}

/** Does not count what came in `warmUpMs`. Throws if a picture or a user was not given out. */
export async function askUnderLoad(
  load: PictureLoad,
  quiet: ApiSession,
  { warmUpMs, durationMs }: { readonly warmUpMs: number; readonly durationMs: number },
): Promise<UnderLoad> {
  const directory = mkdtempSync(join(tmpdir(), "veyon-webapi-bench-"));
  const scriptFile = join(directory, "pictures.lua");
  writeFileSync(scriptFile, pictureScript(load));
  const seconds = Math.ceil((warmUpMs + durationMs) / 1000);
  try {
    const pictures = wrk({ connections: load.clients, seconds, url: quiet.url, scriptFile });
    // What is measured is how long the server takes, and not how long this process waits for a
    // core.
    setPriority(constants.priority.PRIORITY_HIGHEST);
    const latenciesMs: number[] = [];
    const startedAtMs = performance.now();
    while (performance.now() < startedAtMs + seconds * 1000) {
      const answer = await quiet.get("user");
      if (answer.status !== 200) throw new Error(`GET user was answered by ${answer.status}`);
      if (answer.sentAtMs >= startedAtMs + warmUpMs) latenciesMs.push(latencyMs(answer));
      await Bun.sleep(answer.sentAtMs + askEveryMs - performance.now());
    }
    return { latenciesMs, rate: await pictures };
  } finally {
    setPriority(constants.priority.PRIORITY_NORMAL);
    rmSync(directory, { recursive: true });
  }
}

function pictureScript({ sessions, queries, clients, pauseMs }: PictureLoad): string {
  const list = (texts: readonly string[]) => texts.map((text) => `"${text}"`).join(", ");
  return `
local uids = { ${list(sessions.map(({ uid }) => uid))} }
local queries = { ${list(queries)} }
local number = 0
request = function()
  number = number + 1
  local query = queries[math.floor(number / #uids) % #queries + 1]
  local headers = { ["Connection-Uid"] = uids[number % #uids + 1] }
  return wrk.format("GET", "/api/v1/framebuffer?" .. query, headers)
end
delay = function()
  if number < ${clients} then return ${pauseMs} * math.random() end
  return ${pauseMs} * (0.5 + math.random())
end
`;
}
