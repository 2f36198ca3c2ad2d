/**
 * A process of bad clients: `bun clients.ts URL SEED PORTS`, PORTS a list of JSON. Ends with its
 * standard input. They log in and never log off, vanish in the middle of an answer, never read,
 * send garbage, bodies without an end, wrong passwords, names that do not exist, and ask for
 * pictures that are as large as can be.
 */
import { connect, type Socket } from "node:net";
import { between, seededRandom } from "../bench/random.ts";
import { login } from "./login.ts";

const [url, seedText, portsText] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const ports = JSON.parse(portsText) as number[];
const { hostname, port } = new URL(url);
const uids: string[] = [];

const any = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
const pause = () => Bun.sleep(between(random, { min: 20, max: 500 }));
const lingerMs = { min: 100, max: 20_000 };

function open(): Socket {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  return socket;
}

function request(method: string, path: string, body = ""): string {
  const uid = uids.length === 0 ? "none" : any(uids);
  const length = body === "" ? "" : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} /api/v1/${path} HTTP/1.1\r\nHost: localhost\r\nConnection-Uid: ${uid}\r\n${length}\r\n${body}`;
}

/** Sends something, reads nothing, and goes. */
async function sendAndLinger(text: string): Promise<void> {
  const socket = open();
  socket.pause();
  socket.write(text);
  await Bun.sleep(between(random, lingerMs));
  socket.destroy();
}

async function ask(method: string, path: string, body?: unknown): Promise<string> {
  const signal = AbortSignal.timeout(between(random, lingerMs));
  const text = JSON.stringify(body);
  const init = body === undefined ? { method, signal } : { method, signal, body: text };
  return (await fetch(`${url}/api/v1/${path}`, init)).text();
}

const misdeeds: readonly (() => Promise<unknown>)[] = [
  async () => {
    const { "connection-uid": uid } = JSON.parse(
      await ask("POST", `authentication/127.0.0.1:${any(ports)}`, login("veyon")),
    ) as { "connection-uid"?: string };
    if (uid !== undefined && uids.push(uid) > 50) uids.shift();
  },
  () => ask("POST", `authentication/127.0.0.1:${any(ports)}`, login("wrong")),
  () => ask("GET", `authentication/127.0.0.1:${any(ports)}`),
  () => ask("GET", `authentication/no-such-host-${Math.floor(random() * 1e6)}`),
  () => ask("GET", `hoststate/10.255.${Math.floor(random() * 255)}.1`),
  () => sendAndLinger(request("GET", "framebuffer?width=7680&height=4320&format=jpeg")),
  () => sendAndLinger(request("GET", "framebuffer?compression=9").repeat(20)),
  () => sendAndLinger(request("GET", "feature").repeat(500)),
  () => sendAndLinger(Buffer.from(Array.from({ length: 500 }, () => random() * 256)).toString()),
  () =>
    sendAndLinger(
      `POST /api/v1/authentication/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n{`,
    ),
  () => sendAndLinger(request("POST", "authentication/x", "[".repeat(60_000))),
  () => sendAndLinger("GET /api/v1/user HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
];

async function misbehave(): Promise<void> {
  for (;;) {
    await any(misdeeds)().catch(() => {});
    await pause();
  }
}

for (let number = 0; number < 20; number++) void misbehave();
for await (const _ of process.stdin);
process.exit();
