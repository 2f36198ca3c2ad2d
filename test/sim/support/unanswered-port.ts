/**
 * A port that neither accepts nor refuses, as that of a computer behind a firewall: its process is
 * stopped, and its queue of connections is full, so that the system leaves further ones without an
 * answer.
 */
import { onceOver } from "./fixture-host.ts";

const listen = `
  const server = require("net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
  });
`;

/**
 * Connects until one connection stays unanswered, and keeps them all. The queue's length is the
 * system's business.
 */
const fill = (port: number) => `
  const net = require("net");
  const sockets = [];
  function next() {
    const socket = net.connect(${port}, "127.0.0.1");
    sockets.push(socket);
    const timer = setTimeout(() => console.log("full"), 300);
    socket.once("connect", () => { clearTimeout(timer); next(); });
  }
  next();
`;

export async function unansweredPort(): Promise<number> {
  const listener = runScript(listen);
  const port = Number(await listener.firstLine);
  listener.process.kill("SIGSTOP");
  await runScript(fill(port)).firstLine;
  return port;
}

function runScript(script: string) {
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  onceOver(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const reader = child.stdout.getReader();
  const firstLine = reader.read().then(({ value }) => new TextDecoder().decode(value).trim());
  return { process: child, firstLine };
}
