/**
 * A program for networks of tests with a name server: starts a host on 127.0.0.1, a decoy on the
 * same port of 127.0.0.2, and the API, which may call names in .school that lead to 127.0.0.1.
 * Prints, a line for each request named to it (METHOD PATH), the answer, what the name server was
 * asked and the decoy has heard meanwhile, and whom the server has pinged. RETURN HOST logs in, has
 * the host lost and called again, and prints the requests that follow. UNTIL403 goes before a
 * request that is sent until that is its answer.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHostList } from "../../../src/access/host-list.ts";
import { type ApiAnswer, fixtureLogin } from "./api-client.ts";
import { startServer } from "./api-server.ts";
import { start } from "./fixture-host.ts";
import { NameServer } from "./name-server.ts";

let lookups = 0;
const zone: Record<string, () => readonly string[]> = {
  "pc1.school": () => ["127.0.0.1"],
  "decoy.school": () => ["127.0.0.2"],
  "both.school": () => ["127.0.0.2", "127.0.0.1"],
  "moved.school": () => [lookups++ === 0 ? "127.0.0.1" : "127.0.0.2"],
  "pc1.elsewhere": () => ["127.0.0.1"],
  "pc1.elsewhere.search": () => ["127.0.0.1"],
  "pc1.search": () => ["127.0.0.1"],
};
const names = await NameServer.start((name) => zone[name]?.() ?? null);
const host = await start();
let heard = 0;
createServer((socket) => {
  heard++;
  socket.on("error", () => {});
  socket.end();
}).listen(host.port, "127.0.0.2");
const pinged = watchPings();

const allowedHosts = parseHostList("*.school:*, 127.0.0.1:*");
const server = await startServer({ veyonServerPort: host.port, allowedHosts });
for (const request of process.argv.slice(2)) {
  const [method, path] = request.split(" ");
  if (method === "RETURN") await loseAndAsk(path);
  else if (method === "UNTIL403") {
    const [, method, path] = request.split(" ");
    let status = 0;
    // The first address is remembered for a while.
    while (status !== 403) {
      status = await show(request, () => server.api.request(method, path));
      await Bun.sleep(100);
    }
  } else {
    const body = method === "POST" ? { body: fixtureLogin } : {};
    await show(request, () => server.api.request(method, path, body));
  }
}
process.exit();

async function loseAndAsk(name: string): Promise<void> {
  const session = await server.api.logIn(name);
  await host.vanish();
  await server.lineWith("host still lost", "127.0.0.2");
  await host.appear();
  await show("GET user", () => session.get("user"));
  await show("GET framebuffer", () => session.get("framebuffer"));
}

async function show(request: string, send: () => Promise<ApiAnswer>): Promise<number> {
  const asked = names.asked.length;
  const before = heard;
  const { status, json } = await send();
  const meanwhile = { asked: names.asked.slice(asked), decoy: heard - before, pinged: pinged() };
  console.log(JSON.stringify({ request, status, answer: json, ...meanwhile }));
  return status;
}

/** A `ping` that notes what it was given; what there is since the last call. */
function watchPings(): () => readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ping-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const log = join(folder, "log");
  writeFileSync(join(folder, "ping"), `#!/bin/sh\necho "$3" >> ${log}\nexit 1\n`);
  chmodSync(join(folder, "ping"), 0o755);
  process.env.PATH = `${folder}:${process.env.PATH}`;
  return () => {
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    writeFileSync(log, "");
    return lines.filter((line) => line !== "");
  };
}
