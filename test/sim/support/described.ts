/** Whether answers are what docs/openapi.json says of them. */
import { expect } from "bun:test";
import { z } from "zod";
import document from "../../../docs/openapi.json" with { type: "json" };

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

const paths = Object.entries(document.paths).map(([path, operations]) => ({
  // What is written out wins over a parameter.
  parameters: path.split("{").length - 1,
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
  operations: operations as unknown as Readonly<Record<string, Operation>>,
}));
paths.sort((a, b) => a.parameters - b.parameters);

/** Undefined for what no operation is. `path`: from the server's root, perhaps with a query. */
export function describedOperation(method: string, path: string): Operation | undefined {
  const [plain] = path.split("?");
  const found = paths.find(({ pattern }) => pattern.test(plain));
  return found?.operations[method.toLowerCase()];
}

const validators = new Map<object, z.ZodType>();

function validatorOf(schema: object): z.ZodType {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  const made = z.fromJSONSchema(JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/")));
  validators.set(schema, made);
  return made;
}

/** Expects the status, the media type and, of JSON, the form that the document says. */
export function expectDescribed(
  operation: Operation,
  answer: { readonly status: number; readonly contentType: string | null; readonly text: string },
): void {
  const { status, contentType } = answer;
  expect(Object.keys(operation.responses)).toContain(String(status));
  const { content } = operation.responses[status];
  if (content === undefined) return;
  const mediaType = contentType?.split(";")[0] ?? "none";
  expect(Object.keys(content)).toContain(mediaType);
  if (mediaType !== "application/json") return;
  const result = validatorOf(content[mediaType].schema).safeParse(JSON.parse(answer.text));
  expect(result.error?.message ?? "").toBe("");
}
