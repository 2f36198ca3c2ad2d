/** What the benchmark finds out. */
import type { EngineName } from "../../src/image/engines/engine.ts";
import type { ThreadGroup } from "./process-usage.ts";
import { median } from "./statistics.ts";

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** One measured quantity of one piece of work. */
export interface Figure {
  readonly work: string;
  /** Where it was measured, if in several situations: see situations.ts. */
  readonly situation: string | null;
  readonly quantity: string;
  readonly unit: string;
  readonly ours: number;
  /** What ours is compared with; null where there is nothing to compare it with. */
  readonly other: number | null;
  readonly otherName: "reference" | "floor" | "frame" | "limit" | "one core" | EngineName;
  /** For `ours` divided by `other`. */
  readonly bound: Bound | null;
  /** What the two are medians of. */
  readonly samples?: { readonly ours: readonly number[]; readonly other: readonly number[] };
  /** CPU time of ours by groups of threads. */
  readonly threadsMs?: Readonly<Record<ThreadGroup, number>>;
}

export type FigureText = Pick<Figure, "work" | "quantity" | "unit"> &
  Partial<Pick<Figure, "situation" | "bound" | "otherName" | "threadsMs">>;

/** Of samples, by their medians. */
export function medianFigure(
  text: FigureText,
  ours: readonly number[],
  other: readonly number[],
): Figure {
  const samples = { ours, other };
  return { ...figure(text, median(ours), median(other)), samples };
}

export function figure(text: FigureText, ours: number, other: number | null): Figure {
  return { situation: null, bound: null, otherName: "reference", ...text, ours, other };
}

/** Null where there is nothing to divide by. */
export function ratio({ ours, other }: Figure): number | null {
  return other === null || other === 0 || Number.isNaN(other) ? null : ours / other;
}

/** Null where there is no bound. */
export function isMet(each: Figure): boolean | null {
  const found = ratio(each);
  if (each.bound === null || found === null) return null;
  return "atMost" in each.bound ? found <= each.bound.atMost : found >= each.bound.atLeast;
}
