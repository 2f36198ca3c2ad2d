/**
 * The API's listener: node:http and not Bun.serve, which in Bun 1.4.5 closes the connection when a
 * request comes while the one before it still waits for its answer (pipelining), and knows no
 * trailers.
 */
import http from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { ClientAddresses } from "../http/client-address.ts";
import type { Logger } from "../log/logger.ts";
import { Door } from "./door.ts";
import { HandshakeLog } from "./handshake-log.ts";
import { headBytesMax, Refusals } from "./refusals.ts";
import { type Fetch, requestListener } from "./request-listener.ts";
import { type InHandLimits, RequestsInHand } from "./requests-in-hand.ts";
import { Upgrades, webSocketsAt } from "./upgrade.ts";

export interface ListenOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** `::` is every address of the computer, IPv4 included. */
  readonly bindAddress: string;
  /** Null for plain HTTP. */
  readonly tls: TlsFiles | null;
  readonly clients: ClientAddresses;
  /** Where the app accepts WebSockets. */
  readonly webSocketPaths: readonly string[];
  /** For what never reaches the app. */
  readonly log: Logger;
  /** Ours by default. */
  readonly limits?: InHandLimits;
}

/** PEM texts. */
export interface TlsFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ApiServer {
  /** An address that a client on this computer can use as it stands. */
  readonly url: string;
  /**
   * For people: the address as it is, who can reach it, and whether others can read what is sent.
   */
  readonly listensOn: string;
  /**
   * New connections get this certificate; those that are open end with the request in hand, and can
   * be as long as that takes. For less than a millisecond nobody listens. HTTPS stays HTTPS.
   */
  renewCertificate(tls: TlsFiles): Promise<void>;
  /** Takes no new connections; settles when the requests in hand have been answered. */
  stop(): Promise<void>;
  /** Ends the connections that are left. */
  cut(): void;
}

/** The server cannot listen, for a reason that its administrator can mend. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Until the next attempt to listen with a new certificate. */
const listenAgainMs = 1000;

/** How long a kept-alive connection may wait for the next request. */
const keepAliveTimeoutMs = 120_000;

/** Throws ListenError. */
export async function listen(fetch: Fetch, options: ListenOptions): Promise<ApiServer> {
  const { bindAddress, tls, clients, log, limits } = options;
  const refusals = new Refusals(log);
  const handshakes = new HandshakeLog(log);
  const upgrades = new Upgrades(fetch);
  const listener = requestListener(fetch, refusals);
  /** The one that listens, and before it those that have connections left. */
  const doors = new Set<Door>();
  let door = await openDoor(options);
  let isStopping = false;
  const { port } = door.server.address() as { port: number };
  const scheme = tls === null ? "http" : "https";
  const host = bracketed(bindAddress);
  const reach = reachOf(host);
  return {
    url: `${scheme}://${reach === null ? host : "localhost"}:${port}`,
    listensOn: `${scheme}://${host}:${port}${remarks(reach, tls)}`,
    async renewCertificate(renewed) {
      void door.close();
      while (!isStopping) {
        try {
          door = await openDoor({ ...options, port, tls: renewed });
          if (isStopping) void door.close();
          return;
        } catch (error) {
          log.error("cannot listen again", { reason: (error as Error).message });
          await delay(listenAgainMs);
        }
      }
    },
    async stop() {
      isStopping = true;
      const closed = [...doors].map((each) => each.close());
      upgrades.end();
      await Promise.all(closed);
      refusals.close();
      handshakes.close();
    },
    cut() {
      for (const each of doors) each.server.closeAllConnections();
      upgrades.cut();
    },
  };

  async function openDoor(where: ListenOptions): Promise<Door> {
    const inHand = new RequestsInHand(clients, log, limits);
    const server = await start(where, inHand.watch(listener));
    refusals.watch(server);
    upgrades.watch(server);
    if (where.tls !== null) handshakes.watch(server);
    const opened = new Door(server, inHand);
    doors.add(opened);
    void opened.closed.then(() => doors.delete(opened));
    return opened;
  }
}

async function start(options: ListenOptions, listener: http.RequestListener) {
  const { port, bindAddress } = options;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  try {
    const server = createServer(listener, options);
    server.keepAliveTimeout = keepAliveTimeoutMs;
    // An expectation that is not understood is none, as with the reference.
    server.on("checkExpectation", listener);
    server.once("listening", resolve);
    server.once("error", reject);
    server.listen(port, bindAddress);
    await promise;
    return server;
  } catch (error) {
    throw new ListenError(`Cannot listen on ${bindAddress} port ${port}: ${explain(error)}`, {
      cause: error,
    });
  }
}

/**
 * TLS 1.3 only, like the reference. A request without a Host is refused by our own listener, in
 * words.
 */
function createServer(
  listener: http.RequestListener,
  { tls, webSocketPaths }: ListenOptions,
): http.Server {
  const options = {
    maxHeaderSize: headBytesMax,
    requireHostHeader: false,
    joinDuplicateHeaders: true,
    shouldUpgradeCallback: webSocketsAt(webSocketPaths),
  };
  if (tls === null) return http.createServer(options, listener);
  const { certificate: cert, privateKey: key } = tls;
  return https.createServer({ ...options, cert, key, minVersion: "TLSv1.3" }, listener);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use, perhaps by another WebAPI server";
    case "EADDRNOTAVAIL":
      return "this computer has no such address";
    case "EACCES":
      return "not allowed; ports below 1024 need privileges";
    default:
      return code === undefined ? message : `${message} (${code})`;
  }
}

/**
 * The address as in URLs, where the many spellings of an IPv6 address are one; zones are unknown.
 */
function bracketed(bindAddress: string): string {
  if (!bindAddress.includes(":")) return bindAddress;
  const host = `[${bindAddress}]`;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
}

/** Null for a single address. */
function reachOf(host: string): string | null {
  if (host === "[::]") return "every address of this computer";
  return host === "0.0.0.0" ? "every IPv4 address of this computer" : null;
}

function remarks(reach: string | null, tls: TlsFiles | null): string {
  const all = [reach, tls === null ? "not encrypted" : null].filter((each) => each !== null);
  return all.length === 0 ? "" : ` (${all.join(", ")})`;
}
