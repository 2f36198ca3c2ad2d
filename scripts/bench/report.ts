/** The result in Markdown. */
import { type Bound, type Figure, isMet, ratio } from "./figure.ts";
import type { Growth } from "./growth-case.ts";
import type { HeldHosts } from "./held-hosts.ts";
import type { Machine } from "./machine.ts";

export interface BenchResult {
  readonly date: string;
  readonly plan: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  /** Parts that could not be measured. */
  readonly missing: readonly string[];
  readonly growth: Growth | null;
}

const quietLoadMax = 0.2;

/** The table of the bounds first, then all figures. */
export function formatReport(result: BenchResult): string {
  const bounded = result.figures.filter(({ bound }) => bound !== null);
  return [
    describeRun(result),
    "## Bounds",
    "Ours divided by the reference's, or by what is named. Where several desktops were drawn, the worst of them.",
    boundsTable(bounded),
    "## All figures",
    figuresTable(result.figures),
    ...(result.growth === null ? [] : ["## Held hosts", growthTable(result.growth)]),
  ].join("\n\n");
}

function describeRun({ date, plan, seconds, machine, missing }: BenchResult): string {
  const { cpu, cores, memoryGib, kernel, loadAverage, versions } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const minutes = Math.round(seconds / 60);
  return [
    `${date}, ${cores} cores of ${cpu}, ${memoryGib} GiB, Linux ${kernel}; ${programs.join(", ")}.`,
    `Taken in ${minutes} minutes; times are medians.`,
    plan === "quick" ? "**A quick run: too few requests for more than a first look.**" : "",
    missing.length > 0 ? `**Not measured: ${missing.join(", ")}.**` : "",
    loadAverage > quietLoadMax ? `**Others were at work: load average ${loadAverage}.**` : "",
  ].join(" ");
}

function boundsTable(figures: readonly Figure[]): string {
  const groups = Map.groupBy(figures, ({ work, quantity, otherName }) =>
    [work, quantity, otherName].join("\n"),
  );
  const rows = [...groups.values()].map((group) => {
    const worst = group.toSorted((a, b) => badness(b) - badness(a))[0];
    const ratios = group.map((each) => {
      const value = formatRatio(ratio(each));
      return each.desktop === null ? value : `${value} ${each.desktop}`;
    });
    const { work, quantity, otherName, bound } = worst;
    const compared = otherName === "reference" ? quantity : `${quantity}, of the ${otherName}`;
    return [work, compared, ratios.join(", "), formatBound(bound), formatMet(worst)];
  });
  return table(["work", "quantity", "ratio", "bound", "met"], rows);
}

/** Above 1: the bound is not met. */
function badness(each: Figure): number {
  const found = ratio(each) ?? 0;
  if (each.bound === null) return 0;
  return "atMost" in each.bound ? found / each.bound.atMost : each.bound.atLeast / found;
}

function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((each) => [
    each.work,
    each.desktop ?? "",
    `${each.quantity}, ${each.unit}`,
    formatValue(each.ours),
    each.other === null
      ? ""
      : formatValue(each.other) + (each.otherName === "reference" ? "" : ` (${each.otherName})`),
    formatRatio(ratio(each)),
    formatBound(each.bound),
    formatMet(each),
  ]);
  const heads = ["work", "desktop", "quantity", "ours", "reference", "ratio", "bound", "met"];
  return table(heads, rows);
}

function growthTable({ ours, reference }: Growth): string {
  const cells = (held: HeldHosts | undefined) =>
    held === undefined
      ? ["", ""]
      : [formatValue(held.residentBytes / 1e6), formatValue(held.cpuMsPerSecond)];
  const rows = ours.map((own) => [
    String(own.hosts),
    ...cells(own),
    ...cells(reference.find(({ hosts }) => hosts === own.hosts)),
  ]);
  const heads = ["hosts", "ours, MB", "CPU ms/s", "reference, MB", "CPU ms/s"];
  return table(heads, rows);
}

function table(heads: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
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
