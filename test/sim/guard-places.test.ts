/** One client that takes all places, with a host of his own, and another one that comes later. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { HttpSocket, type RawResponse, requestText } from "./support/http-socket.ts";

let host: SimHost;

beforeAll(async () => {
  host = await start();
});
afterAll(stopAll);

const [greedy, other] = ["127.0.0.2", "127.0.0.3"];

async function ask(url: string, from: string, head: string, body = ""): Promise<RawResponse> {
  const [method, path, uid = ""] = head.split(" ");
  const socket = await HttpSocket.connect(url, from);
  socket.write(requestText(method, `/api/v1/${path}`, { "Connection-Uid": uid }, body));
  return socket.response();
}

test("a client that has taken all places makes room for others, and not for himself", async () => {
  const { url } = await startServer({ connectionLimit: 4 });
  const logIn = (from: string) =>
    ask(url, from, `POST authentication/127.0.0.1:${host.port}`, JSON.stringify(fixtureLogin));
  const taken: RawResponse[] = [];
  for (let place = 0; place < 4; place++) taken.push(await logIn(greedy));
  expect(taken.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await logIn(greedy)).status).toBe(429);
  expect((await logIn(other)).status).toBe(200);
  const { "connection-uid": uid } = JSON.parse(taken[0].body) as Record<string, string>;
  const displaced = await ask(url, greedy, `GET user ${uid}`);
  expect(displaced.status).toBe(401);
  expect(displaced.body).toContain("WebAPI/ConnectionsPerClient");
  expect((await logIn(greedy)).status).toBe(429);
  expect((await logIn(other)).status).toBe(200);
  expect((await logIn(other)).status).toBe(429);
});
