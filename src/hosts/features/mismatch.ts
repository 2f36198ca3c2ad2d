/**
 * What is wrong with a value that a client has sent, in words; the value itself may be a credential
 * and stays out.
 */
export function mismatch(value: unknown, wanted: string): string {
  return value === undefined ? "is missing" : `is ${kindOf(value)}, wanted ${wanted}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  switch (typeof value) {
    case "string":
      return value === "" ? "empty" : "a text";
    case "number":
      return "a number";
    case "boolean":
      return String(value);
    default:
      return "an object";
  }
}

/** Where the faults are and what was wanted; never the values. */
export function describeIssues(
  issues: readonly { readonly path: PropertyKey[]; readonly message: string }[],
): string {
  return issues.map(({ path, message }) => [path.join("."), message].join(" ").trim()).join("; ");
}
