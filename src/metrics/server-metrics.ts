/**
 * All that is measured, in the text format of Prometheus. The layers that do the work know nothing
 * of it: they tell an observer that is handed to them, or are looked at when somebody asks.
 *
 * No label has a value that a client or a host can choose, so their number is limited, and nothing
 * says who looks at whom.
 */
import { Registry } from "prom-client";
import type { HostTraffic } from "../hosts/host-traffic.ts";
import type { PictureCache } from "../image/picture-cache.ts";
import type { MemoryBudget } from "../scheduling/memory-budget.ts";
import type { Connections } from "../watch/connections.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import { ApiMetrics } from "./api-metrics.ts";
import { ConnectionMetrics } from "./connection-metrics.ts";
import { EventLoopDelay } from "./event-loop-delay.ts";
import { PictureMetrics } from "./picture-metrics.ts";
import { registerProcessMetrics } from "./process-metrics.ts";
import { gauge } from "./read-at-scrape.ts";

export interface MetricSources {
  readonly version: string;
  readonly connections: Connections<WatchedHost>;
  readonly traffic: HostTraffic;
  /** For the screens of all hosts. */
  readonly screenMemory: MemoryBudget;
  /** Unix time in ms; null without HTTPS. */
  readonly certificateExpiresAtMs: () => number | null;
}

export class ServerMetrics {
  readonly api: ApiMetrics;
  readonly connections: ConnectionMetrics;
  readonly pictures: PictureMetrics;
  readonly #registry = new Registry();
  readonly #eventLoopDelay: EventLoopDelay;

  constructor(sources: MetricSources) {
    const registry = this.#registry;
    const { version, connections, traffic, screenMemory, certificateExpiresAtMs } = sources;
    this.api = new ApiMetrics(registry);
    this.connections = new ConnectionMetrics(registry, connections, traffic);
    this.pictures = new PictureMetrics(registry);
    this.#eventLoopDelay = new EventLoopDelay(registry);
    registerProcessMetrics(registry, version);
    gauge(registry, "veyon_webapi_screen_memory_bytes", "Memory that screens take", () => {
      return screenMemory.takenBytes;
    });
    gauge(registry, "veyon_webapi_screen_memory_limit_bytes", "WebAPI/ScreenMemory", () => {
      return screenMemory.bytesMax;
    });
    gauge(
      registry,
      "veyon_webapi_certificate_expiry_timestamp_seconds",
      "Unix time at which the certificate of the API expires",
      () => {
        const expiresAtMs = certificateExpiresAtMs();
        return expiresAtMs === null ? null : expiresAtMs / 1000;
      },
    );
  }

  /** Of pictures that are kept. */
  readCache(cache: PictureCache): void {
    const registry = this.#registry;
    gauge(registry, "veyon_webapi_picture_cache_bytes", "Memory that kept pictures take", () => {
      return cache.bytes;
    });
    gauge(registry, "veyon_webapi_picture_cache_limit_bytes", "WebAPI/PictureCacheSize", () => {
      return cache.bytesMax;
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    this.#eventLoopDelay.scraped();
    return this.#registry.metrics();
  }

  close(): void {
    this.#eventLoopDelay.close();
  }
}
