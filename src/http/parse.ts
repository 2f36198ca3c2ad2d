import type { z } from "zod";
import { ApiError } from "./errors.ts";
import { type JsonBody, readJsonBody } from "./json-body.ts";

/** The body as the schema reads it. Throws ApiError with what is wrong: of the whole body, else of its parts. */
export async function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): Promise<z.output<Schema>> {
  const { object, fault }: JsonBody = await readJsonBody(request);
  const result = schema.safeParse(object);
  if (result.success) return result.data;
  throw new ApiError("InvalidData", fault ?? describeIssues(result.error.issues));
}

/** Where the fault is and what was wanted; never the value, which may be a credential. */
export function describeIssues(
  issues: readonly { path: PropertyKey[]; message: string }[],
): string {
  return issues.map(({ path, message }) => [path.join("."), message].join(" ").trim()).join("; ");
}
