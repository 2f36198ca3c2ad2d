/** The compiled program with few file descriptors. */
import { afterAll, expect, test } from "bun:test";
import { ApiClient, ApiSession } from "../sim/support/api-client.ts";
import { expectError } from "../sim/support/documented-errors.ts";
import { start, stopAll } from "../sim/support/fixture-host.ts";
import { buildIfOld, program, RunningProgram } from "./support/program.ts";

afterAll(stopAll);

const descriptorsMax = 64;

test("a server without file descriptors says so, and goes on when some are free", async () => {
  buildIfOld();
  const host = await start();
  const limited = ["sh", "-c", `ulimit -n ${descriptorsMax}; exec "$@"`, "sh", program];
  const args = ["runserver", "--bind", "127.0.0.1", "--port", "0"];
  const limit = ["--set", "WebAPI/ConnectionLimit=1000"];
  const running = await RunningProgram.startCommand("/", [...limited, ...args, ...limit]);
  const api = new ApiClient(running.url);
  const sessions: ApiSession[] = [];
  const refused = `Cannot connect to 127.0.0.1 port ${host.port}: this server has no file descriptors left: its limit is ${descriptorsMax}`;
  try {
    let answer = await api.authenticate(host.port);
    for (; answer.status === 200; answer = await api.authenticate(host.port)) {
      const { "connection-uid": uid } = answer.json as { "connection-uid": string };
      sessions.push(new ApiSession(api, uid));
      expect(sessions.length).toBeLessThan(descriptorsMax);
    }
    expect(sessions.length).toBeGreaterThan(0);
    expectError(answer, "ConnectionLimitReached", refused);
    // Nor does it say of a host what it cannot know.
    expectError(await api.get("hoststate/127.0.0.1:1"), "ConnectionLimitReached");
    expectError(await api.get("hoststate/pc-01.school.example"), "ConnectionLimitReached");
    expect((await sessions[0].get("user")).status).toBe(200);
    for (const session of sessions.splice(-2)) await session.close();
    expect((await api.authenticate(host.port)).status).toBe(200);
  } finally {
    await running.end("SIGTERM");
  }
  const log = (await running.stdout) + (await running.stderr);
  expect(log).toContain(`event="no file descriptors left" reason="${refused}"`);
});
