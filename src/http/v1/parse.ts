import type { z } from "zod";
import { describeIssues } from "../../hosts/features/mismatch.ts";
import { ApiError } from "../errors.ts";
import { decodeJsonBody } from "./json-body.ts";

/**
 * The body as the schema reads it. Throws ApiError with what is wrong: of the whole body, else of
 * its parts.
 */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: Uint8Array,
): z.output<Schema> {
  const { object, fault } = decodeJsonBody(body);
  const result = schema.safeParse(object);
  if (result.success) return result.data;
  throw new ApiError("InvalidData", fault ?? describeIssues(result.error.issues));
}
