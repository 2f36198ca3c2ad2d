/**
 * A program for networks of tests: a name server that never answers, a good host, and a client that
 * asks for hundreds of names. Prints what becomes of the good host meanwhile.
 */
import { NameServer } from "../../support/name-server.ts";
import { ApiClient } from "./api-client.ts";
import { startServer } from "./api-server.ts";
import { start } from "./fixture-host.ts";
import { untilShown } from "./framebuffer.ts";

// The client of Bun has 256 requests under way at most.
const count = 200;
const names = Array.from({ length: count }, (_, index) => `s${index}`);
const nameServer = await NameServer.start(
  {
    ...Object.fromEntries(names.map((name) => [`${name}.school.example`, "silent"])),
    "pc-01.school.example": ["127.0.0.1"],
  },
  { address: "127.0.0.53", port: 53 },
);
const host = await start();
const { url } = await startServer({ connectTimeoutMs: 60_000, bindAddress: "::" });
const { port } = new URL(url);
// Two clients.
const api = new ApiClient(`http://127.0.0.1:${port}`);
const attacker = new ApiClient(`http://[::1]:${port}`);
const session = await api.logIn(host.port);
await untilShown(session, host.screen);

const client = new AbortController();
let answered = 0;
const attacks = names.map(async (name) => {
  await attacker.get(`authentication/${name}`, { signal: client.signal }).catch(() => {});
  answered++;
});
await nameServer.untilAsked(256);

const pictures = [];
for (let quality = 1; quality <= 20; quality++) {
  const { status } = await session.get(`framebuffer?format=jpeg&quality=${quality * 5}`);
  pictures.push(status);
}
for (let compression = 1; compression <= 9; compression++) {
  const { status } = await session.get(`framebuffer?compression=${compression}`);
  pictures.push(status);
}
const { status: named } = await api.get(`authentication/pc-01:${host.port}`);
const silent = new Set(
  nameServer.questions.map(({ name }) => name).filter((name) => name[0] === "s"),
);
const during = { pictures, named, answered, silent: silent.size };
client.abort();
await Promise.all(attacks);
console.log(JSON.stringify(during));
process.exit();
