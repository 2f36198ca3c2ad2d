/**
 * The kinds of arguments. Conversions are those of the reference: digits for a number, text for digits, one text for a
 * list of one. What a host would read as nothing, because it is too long, is refused here.
 */
import { z } from "zod";
import { variantLimits } from "../../qt/variant.ts";

const textUnitsMax = variantLimits.stringBytesMax / 2;

const isScalar = (value: unknown) =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** A text; numbers and truth values become text. */
export const text = z.preprocess(
  (value) => (isScalar(value) ? String(value) : value),
  z.string().max(textUnitsMax),
);

/** At least one text; a text alone is a list of one. */
export const textList = z.preprocess(
  (value) => (isScalar(value) ? [value] : value),
  z.array(text).min(1).max(variantLimits.elementsMax),
);

/** A 32-bit number; text is read as one, fractions are rounded. */
export const integer = z.preprocess(
  (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
  z.number().min(-0x80000000).max(0x7fffffff).transform(Math.round),
);

export const port = integer.refine((value) => value >= 0 && value <= 65535, {
  message: "wanted a port, 0 to 65535",
});

/** Where `arguments` carries nothing that matters, whatever it is. */
export const noArguments = z.unknown();

/** The object `arguments`. Like the reference, takes null for absent, and what is no object for no arguments. */
export function argumentsObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutNulls, z.object(shape));
}

function withoutNulls(value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, argument]) => argument !== null));
}
