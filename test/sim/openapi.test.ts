/** The examples of docs/openapi.json, tried out. That answers are as described, all tests see. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import document from "../../docs/openapi.json" with { type: "json" };
import { features } from "../../src/hosts/features/table.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { ApiAnswer, ApiSession } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { describedOperation, expectDescribed } from "./support/described.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import { closedPort } from "./support/ports.ts";
import { ticketOf } from "./support/tickets.ts";

type Examples = Readonly<Record<string, { readonly value: unknown }>>;

const loginPath = "/api/v1/authentication/{host}";
const logins: Examples =
  document.paths[loginPath].post.requestBody.content["application/json"].examples;
const controls: Examples =
  document.paths["/api/v1/feature/{uid}"].put.requestBody.content["application/json"].examples;

let host: SimHost;
let server: ApiServer;
let session: ApiSession;

beforeAll(async () => {
  host = await start({ credentials: { accounts: { teacher: "veyon" } } });
  server = await startServer();
  session = await server.api.logIn(host.port, logins.AuthLogon.value);
});
afterAll(stopAll);

/** The examples of errors, with the host of this test in place of theirs. */
function exampleOf(status: 400 | 401 | 408, name: string): unknown {
  const { examples } = document.paths[loginPath].post.responses[status].content["application/json"];
  return (examples as Examples)[name].value;
}

const told = (answer: ApiAnswer) =>
  JSON.parse(
    answer.text.replace(/127\.0\.0\.1(:| port )\d+/, (_, port: string) => `room1-pc1${port}11100`),
  );

describe("a login of the examples", () => {
  test("with a password alone is let in by Veyon 5", async () => {
    const modern = await start({ version: "5.0", credentials: { sharedPassword: "veyon" } });
    await server.api.logIn(modern.port, logins.AuthSimple.value);
  });

  test("is refused as in the examples of errors", async () => {
    const { api } = server;
    const { method, credentials } = logins.AuthLogon.value as Record<string, unknown>;
    const wrong = { method, credentials: { username: "teacher", password: "wrong" } };
    const answers = [
      [400, "InvalidData", await api.authenticate(host.port, "")],
      [400, "InvalidCredentials", await api.authenticate(host.port, { method })],
      [401, "AuthenticationFailed", await api.authenticate(host.port, wrong)],
      [
        408,
        "ConnectionTimedOut",
        await api.authenticate(await closedPort(), { method, credentials }),
      ],
    ] as const;
    for (const [status, name, answer] of answers) {
      expect(answer.status).toBe(status);
      expect(told(answer)).toEqual(exampleOf(status, name));
    }
    const other = await start();
    const notOffered = await api.authenticate(other.port, { method, credentials });
    expect(told(notOffered)).toEqual(exampleOf(400, "AuthenticationMethodNotAvailable"));
  });
});

test.each(Object.entries(controls).filter(([, { value }]) => "arguments" in (value as object)))(
  "a feature is started with the arguments of the example %s",
  async (name, { value }) => {
    const { uid } = features.find((feature) => feature.name === name)!;
    const answer = await session.put(uid, value);
    expect(answer).toMatchObject({ status: 200, text: "{}" });
  },
);

test("a ticket is given for its example", async () => {
  const { examples } = document.paths["/api/v1/ticket"].post.requestBody.content[
    "application/json"
  ] as { examples: Examples };
  const answer = await server.api.request("POST", "ticket", {
    uid: session.uid,
    body: examples.View.value,
  });
  expect(answer.status).toBe(200);
});

test("what goes on for ever begins as described", async () => {
  for (const path of ["framebuffer/stream", "events"]) {
    const left = new AbortController();
    const url = `${server.url}/api/v1/${path}?ticket=${await ticketOf(session)}`;
    const response = await fetch(url, { signal: left.signal });
    const contentType = response.headers.get("Content-Type");
    expectDescribed(describedOperation("GET", `/api/v1/${path}`)!, {
      status: response.status,
      contentType,
      text: "",
    });
    left.abort();
  }
});

test("what the server says of itself is as described", async () => {
  for (const path of ["/health", "/ready", "/metrics"]) {
    const response = await fetch(`${server.url}${path}`);
    expectDescribed(describedOperation("GET", path)!, {
      status: response.status,
      contentType: response.headers.get("Content-Type"),
      text: await response.text(),
    });
  }
});

test("the document served is the one in docs", async () => {
  expect((await server.api.get("openapi.json")).json).toEqual(document);
});
