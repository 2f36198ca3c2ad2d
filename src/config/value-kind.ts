import { isIP } from "node:net";
import { z } from "zod";

/** One kind of value: how its text, trimmed, which is what all sources give, becomes the value. */
export interface ValueKind<T> {
  readonly schema: z.ZodType<T, string>;
  /** For people, after "wanted". */
  readonly allowed: string;
  /** Of the text, or "" without one. */
  readonly unit: string;
}

/** The value travels in milliseconds, the text is in the unit that Veyon has chosen for the setting. */
const unitMs = { h: 3_600_000, s: 1000, ms: 1 } as const;

const bytesPerMib = 1024 * 1024;

const pathCharactersMax = 4096;

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number);

export function wholeNumber(least: number, most: number): ValueKind<number> {
  return {
    schema: decimal.pipe(z.int().min(least).max(most)),
    allowed: `a whole number from ${least} to ${most}`,
    unit: "",
  };
}

/** A time, fractions allowed; the value is in whole milliseconds. */
export function duration(
  unit: keyof typeof unitMs,
  least: number,
  most: number,
): ValueKind<number> {
  return {
    schema: decimal.pipe(z.number().min(least).max(most)).transform(toMs),
    allowed: `a number from ${least} to ${most}`,
    unit,
  };

  function toMs(value: number): number {
    return Math.round(value * unitMs[unit]);
  }
}

/** An amount of memory in MiB; the value is in bytes. */
export function mebibytes(least: number, most: number): ValueKind<number> {
  const { schema, allowed } = wholeNumber(least, most);
  return { schema: schema.transform((value) => value * bytesPerMib), allowed, unit: "MiB" };
}

/** The same, or "auto" for what the computer's memory allows; the value is then null. */
export function mebibytesOrAuto(least: number, most: number): ValueKind<number | null> {
  const { schema, allowed, unit } = mebibytes(least, most);
  return {
    schema: z.union([z.literal("auto").transform(() => null), schema]),
    allowed: `auto, or ${allowed}`,
    unit,
  };
}

export const boolean: ValueKind<boolean> = {
  schema: z.string().pipe(z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] })),
  allowed: "true or false",
  unit: "",
};

export function choice<const T extends string>(values: readonly T[]): ValueKind<T> {
  return { schema: z.string().pipe(z.enum(values)), allowed: values.join(", "), unit: "" };
}

/** Control characters are refused: a line break means the content of a key where its path belongs. */
export const filePath: ValueKind<string> = {
  schema: z
    .string()
    .max(pathCharactersMax)
    .regex(/^\P{Cc}*$/u),
  allowed: "the path of a PEM file, or nothing",
  unit: "",
};

export const listenAddress: ValueKind<string> = {
  schema: z.string().refine((text) => isIP(text) !== 0 || text === "localhost"),
  allowed: "an IP address of this computer, ::, 0.0.0.0 or localhost",
  unit: "",
};
