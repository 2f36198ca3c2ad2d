import { readdirSync } from "node:fs";
import { Gauge, type Registry } from "prom-client";
import { gauge, total } from "./read-at-scrape.ts";

/** What the process takes, under the names that all exporters of Prometheus give it. */
export function registerProcessMetrics(registry: Registry, version: string): void {
  new Gauge({
    name: "veyon_webapi_build_info",
    help: "1; the labels are the version of the server, and of Bun",
    labelNames: ["version", "bun"],
    registers: [registry],
  }).set({ version, bun: Bun.version }, 1);
  const startedAtSeconds = Date.now() / 1000 - process.uptime();
  gauge(registry, "process_start_time_seconds", "Unix time of the start", () => startedAtSeconds);
  total(registry, "process_cpu_seconds_total", "CPU time, of user and system", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  });
  gauge(registry, "process_resident_memory_bytes", "Memory in use", () => {
    return process.memoryUsage.rss();
  });
  gauge(registry, "process_open_fds", "Open files and sockets", countOpenFiles);
}

/** Null where there is no /proc. */
function countOpenFiles(): number | null {
  try {
    // One of them is that of the listing.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return null;
  }
}
