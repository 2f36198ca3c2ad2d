/**
 * How a route says what it is in the document of the API (OpenAPI 3.1). What is published is
 * strict: what a client should send, not all that is taken for the sake of older ones.
 */
import { resolver, uniqueSymbol } from "hono-openapi";
import type { OpenAPIV3_1 } from "openapi-types";
import type { z } from "zod";
import type { ApiErrorName } from "../errors.ts";
import { describeErrors } from "./error-responses.ts";
import { type Access, security } from "./security.ts";

export const tags = {
  Connections: "Logging in to a computer, and off",
  Pictures: "What is on its screen",
  Features: "What can be done to it",
  Control: "Hands on it",
  State: "Who and what it is",
  Live: "What changes, as it changes",
  Server: "The server itself",
} as const;

export interface Operation {
  /** The name of the function in clients, camelCase. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Markdown. */
  readonly description?: string;
  readonly access: Access;
  readonly parameters?: readonly OpenAPIV3_1.ParameterObject[];
  readonly body?: Body;
  /** By status, those that are no error. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those that every operation with such access and such a body has. */
  readonly errors?: readonly ApiErrorName[];
  /** What the details of errors are like where they are not the usual ones. */
  readonly details?: Readonly<Partial<Record<ApiErrorName, string>>>;
  /** `x-` fields. */
  readonly extensions?: Readonly<Record<`x-${string}`, unknown>>;
}

export interface Body {
  readonly isOptional?: boolean;
  readonly schema: z.ZodType | OpenAPIV3_1.SchemaObject;
  readonly examples: Readonly<Record<string, Example>>;
}

export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

export interface Answer {
  readonly description: string;
  /** JSON, with an example of it. */
  readonly json?: { readonly schema: z.ZodType; readonly example: unknown };
  /** Anything else, by media type. */
  readonly content?: Readonly<Record<string, OpenAPIV3_1.MediaTypeObject>>;
  readonly headers?: Readonly<Record<string, OpenAPIV3_1.HeaderObject>>;
}

/**
 * Describes the route that this middleware or handler is of. It must be one of its own, and costs
 * nothing when requests are answered.
 */
export function documented<Handler extends object>(operation: Operation, handler: Handler) {
  if (uniqueSymbol in handler) throw new Error(`${operation.id}: this is described already`);
  return Object.assign(handler, {
    [uniqueSymbol]: {
      get spec() {
        return toSpec(operation);
      },
    },
  });
}

function toSpec(operation: Operation) {
  const { id, tag, summary, description, access, parameters, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: security(access),
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && { requestBody: toRequestBody(body) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, toResponse(answer)]),
      ),
      ...describeErrors(errorsOf(operation), operation.details ?? {}),
    },
    ...operation.extensions,
  };
}

/** Whoever may not use the server is told so wherever the request goes. */
function errorsOf({ access, body, errors = [] }: Operation): Set<ApiErrorName> {
  return new Set<ApiErrorName>([
    "NotAllowed",
    ...(access === "everybody" ? [] : (["TokenMissing", "TokenUnknown", "ScopeMissing"] as const)),
    ...(access === "connection" || access === "stream" ? (["InvalidConnection"] as const) : []),
    ...(body !== undefined
      ? (["InvalidData", "BodyTooSlow", "BodyTooLong", "ConnectionLimitReached"] as const)
      : []),
    ...errors,
  ]);
}

function toRequestBody({ isOptional = false, schema, examples }: Body) {
  const published = "~standard" in schema ? resolver(schema) : schema;
  return {
    required: !isOptional,
    content: { "application/json": { schema: published, examples } },
  };
}

function toResponse({ description, json, content, headers }: Answer) {
  const ofJson = json && {
    "application/json": { schema: resolver(json.schema), example: json.example },
  };
  return {
    description,
    ...(headers !== undefined && { headers }),
    ...((json ?? content) !== undefined && { content: { ...ofJson, ...content } }),
  };
}
