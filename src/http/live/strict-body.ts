import type { z } from "zod";
import { describeIssues } from "../../hosts/features/mismatch.ts";
import { ApiError } from "../errors.ts";
import { decodeJsonBody, emptyBody } from "../v1/json-body.ts";

/**
 * The body as the schema reads it, where nobody expects what Veyon's own server does: only an empty
 * one counts as an empty object. Throws ApiError with what is wrong.
 */
export function parseStrictBody<Schema extends z.ZodType>(
  schema: Schema,
  body: Uint8Array,
): z.output<Schema> {
  const { object, fault } = decodeJsonBody(body);
  if (fault !== null && fault !== emptyBody) throw new ApiError("InvalidData", fault);
  return checked(schema, object, fault);
}

/** The value as the schema reads it. Throws ApiError with `fault`, or else with what is wrong. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  fault: string | null = null,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError("InvalidData", fault ?? describeIssues(result.error.issues));
}
