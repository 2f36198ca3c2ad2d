import { describe, expect, test } from "bun:test";
import { figure } from "../../../scripts/bench/figure.ts";
import { quickPlan } from "../../../scripts/bench/plan.ts";
import { type BenchResult, formatReport } from "../../../scripts/bench/report.ts";

const threadsMs = { main: 3, JIT: 1, collector: 0, allocator: 0.5, codec: 0, workers: 0, other: 0 };
const text = { work: "JPEG", quantity: "CPU", unit: "ms", threadsMs };

const result: BenchResult = {
  date: "2026-11-27",
  plan: quickPlan,
  desktop: "mixed",
  seconds: 60,
  machine: {
    commit: "abc1234",
    cpu: "a processor",
    cores: 2,
    memoryGib: 8,
    kernel: "6.1",
    loadAverage: 0.1,
    versions: { Bun: "1.4.5" },
  },
  figures: [
    figure({ ...text, situation: "loopback-warm", bound: { atMost: 0.4 } }, 4.5, 9),
    figure({ ...text, situation: "network-warm", bound: { atMost: 0.4 } }, 3, 10),
    figure({ ...text, situation: "network-cold", bound: { atMost: 0.7 } }, 6, 10),
    figure({ work: "GET user", quantity: "rate", unit: "requests/s", bound: { atLeast: 1 } }, 2, 1),
  ],
  missing: ["locks"],
  leftOut: [],
  growth: null,
};

function lineOf(report: string, start: string): string | undefined {
  return report.split("\n").find((line) => line.startsWith(start));
}

describe("the benchmark's report", () => {
  test("has a piece of work in one line, with a column for each situation", () => {
    const report = formatReport(result);
    expect(lineOf(report, "| work | quantity |")).toBe(
      "| work | quantity | loopback-warm | network-warm | network-cold | wanted |",
    );
    expect(lineOf(report, "| JPEG | CPU |")).toBe(
      "| JPEG | CPU | 0.50 **over** | 0.30 ok | 0.60 ok | ≤ 0.4 warm, ≤ 0.7 network-cold |",
    );
    expect(lineOf(report, "| GET user | rate |")).toBe("| GET user | rate | 2.00 ok | ≥ 1 |");
  });

  test("tells the threads of ours", () => {
    expect(lineOf(formatReport(result), "| JPEG | network-cold | 6 |")).toBe(
      "| JPEG | network-cold | 6 | 3.0 | 1.0 | 0.0 | 0.5 | 0.0 | 0.0 | 0.0 | 10 |",
    );
  });

  test("says what is missing, and whether others were at work", () => {
    const report = formatReport(result);
    expect(report).toContain("**Could not be measured: locks.**");
    expect(report).toContain("**A quick run");
    expect(report).not.toContain("Others were at work");
    const machine = { ...result.machine, loadAverage: 9 };
    expect(formatReport({ ...result, machine })).toContain(
      "**Others were at work: load average 9.**",
    );
  });
});
