import { afterEach, expect, test } from "bun:test";
import type net from "node:net";
import tls from "node:tls";
import { dial, type TcpConnection } from "../../../src/net/tcp.ts";
import { simCertificate } from "../../../src/sim/sim-certificate.ts";
import { failureOf } from "../../support/failure.ts";

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanups.splice(0)) cleanUp();
});

/** A connection to a server that speaks TLS and returns what it is told. */
async function connect(versions: tls.SecureContextOptions = {}): Promise<TcpConnection> {
  const { certificate: cert, privateKey: key } = simCertificate;
  const server = tls.createServer({ cert, key, ...versions }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.on("tlsClientError", () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.address() as net.AddressInfo;
  const connection = await dial({ host: "127.0.0.1", port, timeoutMs: 5000 });
  cleanups.push(() => {
    connection.close();
    server.close();
  });
  return connection;
}

const anyCertificate = { certificateAuthorities: null, serverName: "127.0.0.1" };
const ownAuthority = { certificateAuthorities: simCertificate.certificate };

test.each([
  ["any certificate", anyCertificate],
  ["any certificate, whatever its name", { ...anyCertificate, serverName: "other.example" }],
  ["one that is signed, by name", { ...ownAuthority, serverName: "localhost" }],
])("%s", async (_name, options) => {
  const connection = await connect();
  // A reader may be waiting already: it gets what comes inside of TLS.
  const line = connection.stream.read(5);
  await connection.startTls(options);
  connection.send(new TextEncoder().encode("hello"));
  expect(Buffer.from(await line).toString()).toBe("hello");
  connection.close();
  await connection.closed;
});

test("a certificate for another name is refused, and the connection closed", async () => {
  const connection = await connect();
  const options = { ...ownAuthority, serverName: "other.example" };
  const failure = await failureOf(connection.startTls(options));
  expect((failure as NodeJS.ErrnoException).code).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  await connection.closed;
});

test("TLS 1.2 is refused", async () => {
  const connection = await connect({ maxVersion: "TLSv1.2" });
  await failureOf(connection.startTls(anyCertificate));
  await connection.closed;
});
