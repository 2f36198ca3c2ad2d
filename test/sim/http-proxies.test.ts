/** Who has asked, where a front proxy says so in X-Forwarded-For. */
import { afterEach, expect, test } from "bun:test";
import { NetworkList } from "../../src/access/network-list.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";

afterEach(stopAll);

const lastLine = ({ lines }: ApiServer) =>
  lines.findLast((line) => line.includes(" event=request "));

async function ask({ url }: ApiServer, headers: string[], from?: string): Promise<void> {
  const socket = await HttpSocket.connect(url, from);
  const added = headers.map((header) => `${header}\r\n`).join("");
  socket.write(requestText("GET", "/api/v1/nope").replace(/\r\n$/, `${added}\r\n`));
  await socket.response();
}

test("the log has the client that a trusted proxy names", async () => {
  const server = await startServer({ trustedProxies: new NetworkList("127.0.0.1, 10.0.0.0/8") });
  await ask(server, ["X-Forwarded-For: 6.6.6.6, 1.2.3.4"]);
  expect(lastLine(server)).toContain(" client=1.2.3.4 ");
  // Two headers are one list.
  await ask(server, ["X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 10.0.0.7"]);
  expect(lastLine(server)).toContain(" client=1.2.3.4 ");
  await ask(server, []);
  expect(lastLine(server)).toContain(" client=127.0.0.1 ");
});

test("nobody else is believed", async () => {
  const server = await startServer({ trustedProxies: new NetworkList("127.0.0.1") });
  await ask(server, ["X-Forwarded-For: 1.2.3.4"], "127.0.0.2");
  expect(lastLine(server)).toContain(" client=127.0.0.2 ");
  const trusting = await startServer();
  await ask(trusting, ["X-Forwarded-For: 1.2.3.4"]);
  expect(lastLine(trusting)).toContain(" client=127.0.0.1 ");
});

test("a login that is refused names the client", async () => {
  const host = await start();
  const server = await startServer({ trustedProxies: new NetworkList("127.0.0.1") });
  const credentials = { keyname: "fixture", keydata: "no key" };
  const method = "0c69b301-81b4-42d6-8fae-128cdd113314";
  await server.api.authenticate(
    host.port,
    { method, credentials },
    { headers: { "X-Forwarded-For": "1.2.3.4" } },
  );
  await server.lineWith(
    "login refused",
    `host=127.0.0.1:${host.port}`,
    "client=1.2.3.4",
    "reason=",
  );
});
