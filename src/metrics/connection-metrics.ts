import { Counter, Gauge, type Registry } from "prom-client";
import { formatHostAddress } from "../connect/host-address.ts";
import type { HostTraffic } from "../hosts/host-traffic.ts";
import type { Connections } from "../watch/connections.ts";
import type { CloseReason } from "../watch/host-events.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import { gauge, total } from "./read-at-scrape.ts";

/** A table, so that the compiler names a reason that is missing. */
const closeReasons: Readonly<Record<CloseReason, true>> = {
  idle: true,
  lifetime: true,
  DELETE: true,
  shutdown: true,
  abandoned: true,
  limit: true,
  displaced: true,
  revoked: true,
};

/** Connections of the API, and the hosts behind them. */
export class ConnectionMetrics {
  readonly #closed: Counter<"reason">;
  readonly #lost: Counter;

  constructor(registry: Registry, connections: Connections<WatchedHost>, traffic: HostTraffic) {
    const registers = [registry];
    const { limits } = connections;
    gauge(registry, "veyon_webapi_connections", "Connections of the API that are open", () => {
      return connections.size;
    });
    gauge(registry, "veyon_webapi_connections_limit", "WebAPI/ConnectionLimit", () => {
      return limits.connectionsMax;
    });
    this.#closed = new Counter({
      name: "veyon_webapi_connections_closed_total",
      help: "Connections of the API that were closed, by reason",
      labelNames: ["reason"],
      registers,
    });
    for (const reason of Object.keys(closeReasons)) this.#closed.inc({ reason }, 0);
    new Gauge({
      name: "veyon_webapi_hosts",
      help: "Hosts that connections are open for: connected, or lost and being called again",
      labelNames: ["state"],
      registers,
      collect() {
        const { connected, lost } = countHosts(connections);
        this.set({ state: "connected" }, connected);
        this.set({ state: "lost" }, lost);
      },
    });
    this.#lost = new Counter({
      name: "veyon_webapi_hosts_lost_total",
      help: "How often a host has ended its connection, or fallen silent",
      registers,
    });
    total(
      registry,
      "veyon_webapi_host_updates_total",
      "Updates of screens that hosts have sent",
      () => {
        return traffic.updates;
      },
    );
    total(registry, "veyon_webapi_host_received_bytes_total", "Bytes that hosts have sent", () => {
      return traffic.receivedBytes;
    });
  }

  /** Follows a computer from its login until nobody watches it any more. */
  follow({ events }: WatchedHost): void {
    events.subscribe((event) => {
      if (event.kind === "lost") this.#lost.inc();
      if (event.kind === "closed") this.#closed.inc({ reason: event.reason });
    });
  }
}

/** One that several connections are open for counts once. */
function countHosts(connections: Connections<WatchedHost>): { connected: number; lost: number } {
  const connected = new Set<string>();
  const all = new Set<string>();
  for (const { content } of connections.all()) {
    const address = formatHostAddress(content.host.address);
    all.add(address);
    if (content.host.lost === null) connected.add(address);
  }
  return { connected: connected.size, lost: all.size - connected.size };
}
