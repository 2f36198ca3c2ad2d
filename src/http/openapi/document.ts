import { generateSpecs } from "hono-openapi";
import { Hono } from "hono";
import { z } from "zod";
import { version } from "../../version.ts";
import type { AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { argumentSchemas } from "../v1/feature-arguments.ts";
import { documented, type Operation, tags } from "./operation.ts";
import { securitySchemes } from "./security.ts";

const description = `REST API of the computers of a school that run [Veyon](https://veyon.io).

It is the API of Veyon's own WebAPI plugin: log in to a computer, and use the answer's
\`connection-uid\` as header \`Connection-Uid\` of all further requests. A connection ends after a
minute without a request.

What is described is what a client should send. The server takes more, for the sake of older ones.`;

const getDocument: Operation = {
  id: "getOpenApi",
  tag: "Server",
  summary: "This document",
  access: "server",
  answers: {
    200: {
      description: "OpenAPI 3.1",
      json: {
        schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}) }),
        example: { openapi: "3.1.0", info: { title: "veyon-webapi", version } },
      },
    },
  },
};

/** The document of all routes that `app` has by the first request for it. */
export function documentRoutes(app: Hono<AppEnvironment>) {
  let document: Promise<object> | undefined;
  return new Hono<AppEnvironment>().get(
    "/openapi.json",
    documented(getDocument, async () => jsonResponse(await (document ??= createDocument(app)))),
  );
}

/** What the routes say of themselves. */
async function createDocument(app: Hono<AppEnvironment>): Promise<object> {
  return generateSpecs(app, {
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
    documentation: {
      openapi: "3.1.0",
      info: {
        title: "veyon-webapi",
        version,
        description,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "This server" }],
      tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
      components: { securitySchemes, schemas: { ...argumentSchemas } },
    },
  });
}
