/**
 * Through the loopback device, where it cannot be avoided; times pass by a clock that the test
 * moves.
 */
import { afterEach, describe, expect, jest, test } from "bun:test";
import net from "node:net";
import { networkInterfaces } from "node:os";
import { ConnectError } from "../../../src/net/connect-error.ts";
import { Dialler } from "../../../src/net/dial.ts";
import { TcpConnection } from "../../../src/net/tcp.ts";
import { failureOf } from "../../support/failure.ts";

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanups.splice(0)) cleanUp();
  jest.useRealTimers();
});

const timeoutMs = 5000;
const dialler = new Dialler();
const asker = { signal: new AbortController().signal, caller: "test" };

/** A listening server, and the sockets that it has accepted. */
async function listen(
  host = "127.0.0.1",
  options: net.ServerOpts = {},
): Promise<{ port: number; accept(): Promise<net.Socket> }> {
  const waiting: net.Socket[] = [];
  let wanted: ((socket: net.Socket) => void) | null = null;
  const server = net.createServer(options, (socket) => {
    cleanups.push(() => socket.destroy());
    if (wanted === null) waiting.push(socket);
    else wanted(socket);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, host, resolve);
  await promise;
  cleanups.push(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  const accept = () => {
    const socket = waiting.shift();
    return socket !== undefined
      ? Promise.resolve(socket)
      : new Promise<net.Socket>((give) => (wanted = give));
  };
  return { port, accept };
}

/** Both ends of a connection. */
async function connected(
  host = "127.0.0.1",
  options: net.ServerOpts = {},
): Promise<[TcpConnection, net.Socket]> {
  const server = await listen(host, options);
  const connection = await dialler.dial({ host, port: server.port, timeoutMs, ...asker });
  cleanups.push(() => connection.close());
  return [connection, await server.accept()];
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const { port } = await listen();
  for (const cleanUp of cleanups.splice(0)) cleanUp();
  return port;
}

function once(socket: net.Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve));
}

describe("a connection", () => {
  test("gives what comes and takes what goes", async () => {
    const [connection, host] = await connected();
    host.write(Uint8Array.of(1, 2, 3));
    expect(await connection.stream.read(2)).toEqual(Uint8Array.of(1, 2));
    expect(await connection.stream.read(1)).toEqual(Uint8Array.of(3));
    connection.send(Uint8Array.of(4, 5));
    expect(await once(host, "data")).toEqual(Buffer.of(4, 5));
  });

  test("gives plain arrays, whose slices are copies", async () => {
    const [connection, host] = await connected();
    host.write("ab");
    const bytes = await connection.stream.read(1);
    expect(bytes.constructor).toBe(Uint8Array);
  });

  test("ends when the host ends it, after what it had sent", async () => {
    const [connection, host] = await connected();
    host.end("x");
    expect(await connection.stream.read(1)).toEqual(Uint8Array.of(120));
    expect(await connection.stream.readOrEnd(1)).toBeNull();
    await connection.closed;
  });

  test("close gives the reader its reason, the host an end, and is no error twice", async () => {
    const [connection, host] = await connected();
    const reason = new Error("enough");
    const reading = failureOf(connection.stream.read(1));
    const ended = once(host, "close");
    connection.close(reason);
    connection.close();
    expect(await reading).toBe(reason);
    await Promise.all([connection.closed, ended]);
  });

  test("what is sent after the close is dropped", async () => {
    const [connection] = await connected();
    connection.close();
    connection.send(Uint8Array.of(1));
    expect(await connection.stream.readOrEnd(1)).toBeNull();
  });

  test("to a host that does not read ends when more than 64 MiB wait for it", async () => {
    const [, host] = await connected();
    Object.defineProperty(host, "writableLength", { value: 67_108_864, configurable: true });
    const connection = new TcpConnection(host);
    const reading = failureOf(connection.stream.read(1));
    connection.send(Uint8Array.of(1));
    expect(host.destroyed).toBe(false);
    Object.defineProperty(host, "writableLength", { value: 67_108_865 });
    connection.send(Uint8Array.of(1));
    expect((await reading).message).toBe("Cannot send: 67108865 bytes wait unread");
    expect(host.destroyed).toBe(true);
  });

  test("finish has the host get what was sent, also when something of it is unread", async () => {
    const [connection, host] = await connected();
    const reason = new Error("enough");
    host.write(new Uint8Array(16 * 1024 * 1024));
    connection.send(new TextEncoder().encode("last words"));
    connection.finish(reason);
    connection.finish();
    connection.close();
    connection.send(Uint8Array.of(1));
    let got = "";
    host.on("data", (chunk) => (got += chunk.toString()));
    await Promise.all([once(host, "end"), connection.closed]);
    expect(got).toBe("last words");
    expect(await failureOf(connection.stream.read(32 * 1024 * 1024))).toBe(reason);
  });

  test("finish keeps the connection whole for as long as it is told", async () => {
    const [connection, host] = await connected();
    host.resume();
    const ended = once(host, "end");
    connection.send(new TextEncoder().encode("last words"));
    const startedMs = performance.now();
    connection.finish(null, 200);
    await ended;
    // Timers may be early by a millisecond, not by ten.
    expect(performance.now() - startedMs).toBeGreaterThan(190);
  });

  test("finish does not wait for a host that never ends it", async () => {
    const [connection] = await connected("127.0.0.1", { allowHalfOpen: true });
    connection.finish();
    await connection.closed;
  });

  test("a reset is an end like any other", async () => {
    const [connection, host] = await connected();
    host.resetAndDestroy();
    expect(await connection.stream.readOrEnd(1)).toBeNull();
    await connection.closed;
  });

  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const hasIpv6 = addresses.some(({ address }) => address === "::1");

  test.each(["127.0.0.1", ...(hasIpv6 ? ["::1"] : [])])("to %s is local", async (host) => {
    const [connection] = await connected(host);
    expect(connection.isLocal).toBe(true);
  });
});

async function expectConnectError(
  attempt: Promise<TcpConnection>,
  failure: string,
  message: string,
): Promise<void> {
  const error = await failureOf(attempt);
  expect(error).toBeInstanceOf(ConnectError);
  expect(error).toMatchObject({ failure, message });
}

describe("no connection", () => {
  test("where nobody listens", async () => {
    const port = await closedPort();
    await expectConnectError(
      dialler.dial({ host: "127.0.0.1", port, timeoutMs, ...asker }),
      "refused",
      `Cannot connect to 127.0.0.1 port ${port}: the connection is refused`,
    );
  });

  test("where there is no such name", () =>
    expectConnectError(
      dialler.dial({ host: "no..such..host", port: 1, timeoutMs, ...asker }),
      "unknown-name",
      "Cannot connect to no..such..host port 1: no such host name",
    ));

  test("when the time is over before an answer has come", async () => {
    const { port } = await listen();
    jest.useFakeTimers();
    const attempt = dialler.dial({ host: "127.0.0.1", port, timeoutMs, ...asker });
    jest.advanceTimersByTime(timeoutMs);
    await expectConnectError(
      attempt,
      "timed-out",
      `Cannot connect to 127.0.0.1 port ${port}: no answer within 5000 ms`,
    );
  });

  test("when it is cancelled, before or during", async () => {
    const { port } = await listen();
    const where = `Cannot connect to 127.0.0.1 port ${port}`;
    const options = { host: "127.0.0.1", port, timeoutMs, ...asker };
    const before = dialler.dial({ ...options, signal: AbortSignal.abort() });
    await expectConnectError(before, "cancelled", `${where}: no answer in time`);
    const abort = new AbortController();
    const during = dialler.dial({ ...options, signal: abort.signal });
    abort.abort();
    await expectConnectError(during, "cancelled", `${where}: no answer in time`);
  });

  test("a signal has no more effect once connected", async () => {
    const { port, accept } = await listen();
    const abort = new AbortController();
    const options = { host: "127.0.0.1", port, timeoutMs, ...asker, signal: abort.signal };
    const connection = await dialler.dial(options);
    cleanups.push(() => connection.close());
    abort.abort();
    (await accept()).write("x");
    expect(await connection.stream.read(1)).toEqual(Uint8Array.of(120));
  });
});
