/** What there is to read and to try of the API, for people: Swagger UI on openapi.json. */
import { Hono } from "hono";
import swaggerScript from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import swaggerStyle from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import type { AppEnvironment } from "../environment.ts";
import page from "./docs.html" with { type: "text" };
import startScript from "./docs-start.js" with { type: "file" };
import { pageHeaders } from "./page-headers.ts";
import { PageFile } from "./page-file.ts";

export function docsRoutes() {
  const files = {
    "swagger-ui-bundle.js": new PageFile(Bun.file(swaggerScript), "text/javascript; charset=utf-8"),
    "swagger-ui.css": new PageFile(Bun.file(swaggerStyle), "text/css; charset=utf-8"),
    "start.js": new PageFile(Bun.file(startScript), "text/javascript; charset=utf-8"),
  };
  const routes = new Hono<AppEnvironment>().get(
    "/",
    () => new Response(page, { headers: pageHeaders }),
  );
  for (const [name, file] of Object.entries(files)) {
    routes.get(`/${name}`, (c) => file.response(c.req.header("Accept-Encoding")));
  }
  return routes;
}
