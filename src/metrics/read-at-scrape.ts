/** Metrics that cost nothing until somebody asks for them. */
import { Counter, Gauge, type Registry } from "prom-client";

/** Null leaves it out. */
type Read = () => number | null;

/** What is so much now. */
export function gauge(registry: Registry, name: string, help: string, read: Read): void {
  const metric = new Gauge({ name, help, registers: [], collect });
  registry.registerMetric(metric);

  function collect(): void {
    metric.reset();
    const value = read();
    if (value === null) metric.remove();
    else metric.set(value);
  }
}

/** What somebody else counts, from the start of the process on. */
export function total(registry: Registry, name: string, help: string, read: () => number): void {
  const metric = new Counter({ name, help, registers: [], collect });
  registry.registerMetric(metric);

  function collect(): void {
    metric.reset();
    metric.inc(read());
  }
}
