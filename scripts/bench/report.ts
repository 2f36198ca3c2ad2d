/** The result in Markdown: all of docs/benchmark.md. */
import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";
import { type Bound, type Figure, isMet, ratio } from "./figure.ts";
import type { Growth } from "./growth-case.ts";
import type { HeldHosts } from "./held-hosts.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { threadGroupNames } from "./process-usage.ts";
import { situations } from "./situations.ts";

export interface BenchResult {
  readonly date: string;
  readonly plan: Plan;
  readonly desktop: DesktopKind;
  readonly seconds: number;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  /** Parts that could not be measured. */
  readonly missing: readonly string[];
  /** Parts that were not to be measured this time. */
  readonly leftOut: readonly string[];
  readonly growth: Growth | null;
}

const quietLoadMax = 0.2;

const situationsText = ({ coldRequests }: Plan) =>
  `
In each situation the two servers watch the same host at the same time and are asked in turns, each
when the other has come to rest.

- **loopback**: the host has the address 127.0.0.1, as for a server beside each Veyon Server.
  **network**: it is in a network namespace of its own, as for a proxy.
- **warm**: both servers have answered thousands of requests. **cold**: both have just been started,
  for each line anew; the first ${coldRequests} requests after the first picture count.
`.trim();

const cpuText = ({ gapMs: { min, max } }: Plan) =>
  `
CPU time of a picture is what all threads have used, updates of the screen included, divided by the
number of pictures. Gaps between requests are ${min / 1000} to ${max / 1000} s at random, or 1 s
where it says so. Latencies and ages are medians. The reference's latencies have two humps, for
pictures that it has encoded ahead and for others: the median is one of them, by chance.
`.trim();

const threadsText = `
Of ours, by groups of threads: the main thread runs JavaScript, and the JPEG encoder; JIT, collector
and allocator belong to it; the codec's threads deflate. "other" is also what threads have used that
have ended. What a bare server on Bun takes, without a protocol, is a floor.
`.trim();

const planTexts = {
  full: "",
  short: "A short run (`--short`): fewer and shorter samples than a full one.",
  quick: "**A quick run: too few requests for more than a first look.**",
};

export function formatReport(result: BenchResult): string {
  const { figures, growth, plan } = result;
  const bounded = figures.filter(({ bound }) => bound !== null);
  const cpu = figures.filter(({ threadsMs }) => threadsMs !== undefined);
  return [
    "# Benchmark",
    `Written by \`npm run bench -- ${plan.name === "full" ? "" : `--${plan.name} `}--docs\`.`,
    describeRun(result),
    "![CPU time](benchmark-cpu.svg)",
    "## Bounds",
    "Ours divided by the reference's, or by what is named.",
    situationsText(plan),
    cpuText(plan),
    ...table(...situationBounds(bounded.filter(({ situation }) => situation !== null))),
    ...table(...otherBounds(bounded.filter(({ situation }) => situation === null))),
    "## Where the CPU time goes",
    threadsText,
    ...table(...threadRows(cpu)),
    "## All figures",
    ...table(...figureRows(figures)),
    ...(growth === null
      ? []
      : ["## Held hosts", ...table(...growthRows(growth)), "![Growth](benchmark-growth.svg)"]),
    "",
  ].join("\n\n");
}

function describeRun({ date, plan, desktop, seconds, machine, ...parts }: BenchResult): string {
  const { cpu, cores, memoryGib, kernel, loadAverage, versions, commit } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const minutes = Math.round(seconds / 60);
  return [
    `${date}, ${cores} cores of ${cpu}, ${memoryGib} GiB, Linux ${kernel}; ${programs.join(", ")}.`,
    `Taken in ${minutes} minutes at commit ${commit}; the desktop is "${desktop}".`,
    planTexts[plan.name],
    parts.missing.length > 0 ? `**Could not be measured: ${parts.missing.join(", ")}.**` : "",
    parts.leftOut.length > 0 ? `**Left out: ${parts.leftOut.join(", ")}.**` : "",
    loadAverage > quietLoadMax ? `**Others were at work: load average ${loadAverage}.**` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** A table's heads and rows. */
type Rows = readonly [heads: readonly string[], rows: readonly (readonly string[])[]];

function situationBounds(figures: readonly Figure[]): Rows {
  const columns = situations
    .map(({ name }) => name)
    .filter((name) => figures.some(({ situation }) => situation === name));
  const works = Map.groupBy(figures, (each) => [each.work, compared(each)].join("\n"));
  const rows = [...works.values()].map((group) => [
    group[0].work,
    compared(group[0]),
    ...columns.map((name) => {
      const found = group.find(({ situation }) => situation === name);
      return found === undefined ? "" : `${formatRatio(ratio(found))} ${formatMet(found)}`;
    }),
    wanted(group),
  ]);
  return [["work", "quantity", ...columns, "wanted"], rows];
}

/** Where bounds differ, each with what its situations have in common: "≤ 0.4 warm, ≤ 0.7 cold". */
function wanted(figures: readonly Figure[]): string {
  const bounds = [...Map.groupBy(figures, ({ bound }) => formatBound(bound))];
  if (bounds.length === 1) return bounds[0][0];
  const common = (group: readonly Figure[]) =>
    group
      .map(({ situation }) => situation!.split("-"))
      .reduce((words, others) => words.filter((word) => others.includes(word)))
      .join("-");
  return bounds.map(([bound, group]) => `${bound} ${common(group)}`).join(", ");
}

function otherBounds(figures: readonly Figure[]): Rows {
  const rows = figures.map((each) => [
    each.work,
    compared(each),
    `${formatRatio(ratio(each))} ${formatMet(each)}`,
    formatBound(each.bound),
  ]);
  return [["work", "quantity", "ratio", "wanted"], rows];
}

function compared({ quantity, otherName }: Figure): string {
  return otherName === "reference" ? quantity : `${quantity}, of the ${otherName}`;
}

function threadRows(figures: readonly Figure[]): Rows {
  const rows = figures.map(({ work, situation, ours, other, threadsMs }) => [
    work,
    situation ?? "",
    formatValue(ours),
    ...threadGroupNames.map((group) => threadsMs![group].toFixed(ours < 1000 ? 1 : 0)),
    other === null ? "" : formatValue(other),
  ]);
  return [["CPU ms", "situation", "ours", ...threadGroupNames, "reference"], rows];
}

function figureRows(figures: readonly Figure[]): Rows {
  const rows = figures.map((each) => [
    each.work,
    each.situation ?? "",
    `${each.quantity}, ${each.unit}`,
    formatValue(each.ours),
    each.other === null
      ? ""
      : formatValue(each.other) + (each.otherName === "reference" ? "" : ` (${each.otherName})`),
    formatRatio(ratio(each)),
    formatBound(each.bound),
    formatMet(each),
  ]);
  const heads = ["work", "situation", "quantity", "ours", "reference", "ratio", "wanted", "met"];
  return [heads, rows];
}

function growthRows({ ours, reference }: Growth): Rows {
  const cells = (held: HeldHosts | undefined) =>
    held === undefined
      ? ["", ""]
      : [formatValue(held.residentBytes / 1e6), formatValue(held.cpuMsPerSecond)];
  const rows = ours.map((own) => [
    String(own.hosts),
    ...cells(own),
    ...cells(reference.find(({ hosts }) => hosts === own.hosts)),
  ]);
  return [["hosts", "ours, MB", "CPU ms/s", "reference, MB", "CPU ms/s"], rows];
}

/** Nothing for nothing. */
function table(...[heads, rows]: Rows): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [[line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n")];
}

/** Three significant digits. */
function formatValue(value: number): string {
  if (Number.isNaN(value)) return "";
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function formatRatio(value: number | null): string {
  return value === null ? "" : value.toFixed(value < 0.1 ? 3 : 2);
}

function formatBound(bound: Bound | null): string {
  if (bound === null) return "";
  return "atMost" in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
}

function formatMet(each: Figure): string {
  const met = isMet(each);
  if (met === null) return "";
  return met ? "ok" : "**over**";
}
