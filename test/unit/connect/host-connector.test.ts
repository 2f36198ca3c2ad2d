/** Dialling by a clock that stands still until it is moved; what comes over the socket is real. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type net from "node:net";
import tls from "node:tls";
import { Dialler } from "../../../src/net/dial.ts";
import { HostConnector } from "../../../src/connect/host-connector.ts";
import { int, uuid } from "../../../src/qt/variant.ts";
import { methodUuid } from "../../../src/veyon/authentication-methods.ts";
import { encodeMessage } from "../../../src/veyon/message.ts";
import { failureOf } from "../../support/failure.ts";
import { certificates, schoolAuthority } from "../../sim/support/certificates.ts";

let server: tls.Server;

beforeEach(() => {
  const { certificate, privateKey } = certificates.both;
  server = tls.createServer({ cert: certificate, key: privateKey }, (socket) => {
    socket.on("error", () => {});
    socket.write("RFB 003.008\n");
    // The client's version, and then its security type.
    socket.once("data", () => {
      socket.write(Uint8Array.of(1, 40));
      socket.once("data", () => {
        socket.write(encodeMessage([int(1), uuid(methodUuid("AuthLogon"))]));
      });
    });
  });
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
  server.close();
});

/** The host, listening, and what connects to it. */
async function listen() {
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listening;
  const { port } = server.address() as net.AddressInfo;
  const connector = new HostConnector({
    connectTimeoutMs: 60_000,
    certificateAuthorities: null,
    allowsUnencrypted: true,
    veyonServerPort: port,
    dialler: new Dialler(),
    userName: "teacher",
  });
  return { address: { host: "127.0.0.1", port }, connector };
}

test("only the first connection to a host with Veyon 5 waits a second for a greeting", async () => {
  const { address, connector } = await listen();
  const dialAndMoveClock = async (ms: number) => {
    const { promise: connected, resolve: onConnect } = Promise.withResolvers<void>();
    const dialling = connector.dial(address, {
      signal: new AbortController().signal,
      caller: "",
      onStep: (step) => {
        if (step === "greeting") onConnect();
      },
    });
    await connected;
    // It waits now for a greeting, unless it knows better.
    await new Promise(setImmediate);
    jest.advanceTimersByTime(ms);
    const { connection, transport } = await dialling;
    connection.close();
    return transport;
  };
  // At most a second is added for a host that is far away.
  expect(await dialAndMoveClock(2000)).toBe("tls");
  expect(await dialAndMoveClock(999)).toBe("tls");
});

test("a host whose certificate was checked by other authorities is not logged in to", async () => {
  jest.useRealTimers();
  const { address, connector } = await listen();
  const asker = { signal: new AbortController().signal, caller: "", hasSpokenTls: true };
  const veyon = await connector.dial(address, asker);
  connector.trust(schoolAuthority);
  const credentials = { method: "AuthLogon", username: "a", password: "b" } as const;
  const failure = await failureOf(connector.logIn(veyon, credentials, asker));
  expect(failure).toMatchObject({ failure: "untrusted" });
  await veyon.connection.closed;
});
