/**
 * Shows computers on a web page that follows them: their screens, and who is logged on.
 *
 *     VEYON_PASSWORD=veyon npx bun examples/dashboard.ts http://127.0.0.1:11080 teacher room1-pc1 ...
 *
 * Then open what it prints. With `npm start`, the computers are the 127.0.0.1:PORT that it prints.
 * A program of one's own imports from "veyon-webapi-client".
 */
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { VeyonWebApi } from "../client/src/veyon-webapi.ts";

const [url, username, ...hosts] = process.argv.slice(2);
const school = new VeyonWebApi(url);
const credentials = { username, password: process.env.VEYON_PASSWORD ?? "" };
const computers = await Promise.all(hosts.map((host) => school.logIn(host, credentials)));
const users = computers.map(() => "");
const locked = computers.map(() => false);

/** Who is logged on and who is locked, as it changes; anew when a connection has ended. */
async function follow(): Promise<void> {
  for (;;) {
    await followOnce().catch((error: Error) => console.error(error.message));
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function followOnce(): Promise<void> {
  for await (const told of school.events(computers)) {
    const place = told.connection;
    if (told.event === "user") users[place] = told.fullName || "nobody is logged on";
    else if (told.event === "features") {
      locked[place] = told.active.some(({ name }) => name === "ScreenLock");
    } else if (told.event === "connection" && told.state === "closed") return;
  }
}

function page(): string {
  const tiles = computers.map(({ host }, place) => {
    const state = `${host}: ${users[place]} ${locked[place] ? "(locked)" : ""}`;
    return `<figure><img src="/${place}.jpg"><figcaption>${escape(state)}</figcaption></figure>`;
  });
  return `<meta charset="utf-8"><meta http-equiv="refresh" content="1">${tiles.join("")}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function answer(path: string): Promise<[type: string, body: string | Uint8Array]> {
  if (path === "/") return ["text/html", page()];
  const computer = computers[Number.parseInt(path.slice(1), 10)];
  const { bytes, contentType } = await computer.picture({ format: "jpeg", width: 400 });
  return [contentType, bytes];
}

const server = createServer((request, response) => {
  answer(request.url ?? "/").then(
    ([type, body]) => response.writeHead(200, { "Content-Type": type }).end(body),
    (error: Error) => response.writeHead(404, { "Content-Type": "text/plain" }).end(error.message),
  );
});
void follow();
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
