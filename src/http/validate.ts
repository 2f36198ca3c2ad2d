import { zValidator } from "@hono/zod-validator";
import type { z } from "zod";
import { ApiError } from "./errors.ts";

/** zod's validator for one part of the request, answering with our own error body. */
export function validate<Target extends "json" | "query", Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  return zValidator(target, schema, (result) => {
    if (!result.success) throw new ApiError("InvalidData", describeIssues(result.error.issues));
  });
}

/** Where the fault is and what was wanted; never the value, which may be a credential. */
export function describeIssues(
  issues: readonly { path: PropertyKey[]; message: string }[],
): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
