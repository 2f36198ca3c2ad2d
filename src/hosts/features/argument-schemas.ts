/**
 * The kinds of arguments. Conversions are those of the reference: digits for a number, text for
 * digits, one text for a list of one. What a host would read as nothing, because it is too long, is
 * refused here. Each says in words of its own what is wrong: clients see them.
 *
 * What is published of a kind (JSON Schema, in `meta`) is strict: it says what a client should
 * send, and not all that is taken.
 */
import { z } from "zod";
import { variantLimits } from "../../qt/variant.ts";
import { mismatch } from "./mismatch.ts";

const textUnitsMax = variantLimits.stringBytesMax / 2;

/**
 * A text; numbers and truth values become text. It goes to the host as UTF-16, unchanged even where
 * it holds half a surrogate pair.
 */
export const text = z
  .unknown()
  .transform((value, context): string => {
    if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      return refuse(context, "is a number with too many digits to be read exactly, wanted a text");
    }
    if (!isScalar(value)) return refuse(context, mismatch(value, "a text"));
    const found = String(value);
    if (found.length <= textUnitsMax) return found;
    return refuse(context, `has over ${textUnitsMax} UTF-16 code units`);
  })
  .meta({ type: "string" });

export const filledText = text
  .refine((found) => found !== "", { error: mismatch("", "a text") })
  .meta({ minLength: 1 });

/** For what goes to the host as UTF-8, which has no form for half a surrogate pair. */
export const utf8 = (schema: typeof text, bytesMax: number) =>
  schema
    .refine((found) => found.isWellFormed(), { error: "holds half a UTF-16 surrogate pair" })
    .refine((found) => Buffer.byteLength(found) <= bytesMax, {
      error: `has over ${bytesMax} bytes`,
    })
    .meta({ maxLength: bytesMax });

/** At least one text; a text alone is a list of one. */
export const textList = z
  .unknown()
  .transform((value, context): string[] => {
    const list = isScalar(value) ? [value] : value;
    if (!Array.isArray(list) || list.length === 0) {
      return refuse(context, mismatch(value, "a text or a list of texts"));
    }
    if (list.length > variantLimits.elementsMax) {
      return refuse(context, `has over ${variantLimits.elementsMax} texts`);
    }
    return list.map((element: unknown, index) => {
      const result = text.safeParse(element);
      if (result.success) return result.data;
      return refuse(context, result.error.issues[0].message, [index]);
    });
  })
  .meta({
    type: "array",
    items: { type: "string" },
    minItems: 1,
    maxItems: variantLimits.elementsMax,
  });

/** A 32-bit number; text is read as one, fractions are rounded. */
export const integer = wholeNumber(-0x80000000, 0x7fffffff);

export const port = wholeNumber(0, 65535);

export const seconds = wholeNumber(0, 0x7fffffff);

function wholeNumber(min: number, max: number) {
  return z
    .unknown()
    .transform((value, context): number => {
      const isNumeral = typeof value === "string" && value.trim() !== "";
      const number = isNumeral || typeof value === "number" ? Math.round(Number(value)) : NaN;
      if (number >= min && number <= max) return number;
      return refuse(context, mismatch(value, `a number from ${min} to ${max}`));
    })
    .meta({ type: "integer", minimum: min, maximum: max });
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function refuse(context: z.RefinementCtx, message: string, path: number[] = []): never {
  context.addIssue({ code: "custom", message, path });
  return z.NEVER;
}

/** Where `arguments` carries nothing that matters, whatever it is. */
export const noArguments = z.unknown();

/**
 * The object `arguments`. Like the reference, takes null for absent, and what is no object for no
 * arguments.
 */
export function argumentsObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutNulls, z.object(shape));
}

function withoutNulls(value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, argument]) => argument !== null));
}
