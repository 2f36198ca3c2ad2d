import { Hono } from "hono";
import { accepts } from "hono/accepts";
import { z } from "zod";
import { version } from "../../version.ts";
import type { AppEnvironment } from "../environment.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import page from "./front.html" with { type: "text" };
import { pageHeaders } from "./page-headers.ts";

const name = "veyon-webapi";

/** Where one can go from here, if it is there. */
const places = {
  docs: { path: "/docs", text: "Read about the API, and try it" },
  openapi: { path: "/api/v1/openapi.json", text: "The same for programs (OpenAPI 3.1)" },
  view: { path: "/view", text: "See the computers of a room" },
} as const;

const getServer: Operation = {
  id: "getServer",
  tag: "Server",
  summary: "What server this is",
  description: "JSON for `Accept: application/json`, else a page.",
  access: "server",
  answers: {
    200: {
      description: "Its name, its version, and where to go from here",
      json: {
        schema: z
          .object({
            name: z.literal(name),
            version: z.string(),
            docs: z.string(),
            openapi: z.string(),
            view: z.string().optional(),
          })
          .meta({ id: "Server" }),
        example: {
          name,
          version,
          docs: places.docs.path,
          openapi: places.openapi.path,
        },
      },
      content: { "text/html": { schema: { type: "string" } } },
    },
  },
};

/** What a server says at its root. `app`: with all routes by the first request. */
export function frontRoutes(app: Hono<AppEnvironment>) {
  const isThere = (path: string) => app.routes.some((route) => route.path === path);
  return new Hono<AppEnvironment>().get(
    "/",
    documented(getServer, (c) => {
      const found = Object.entries(places).filter(([, { path }]) => isThere(path));
      const type = accepts(c, {
        header: "Accept",
        supports: ["text/html", "application/json"],
        default: "text/html",
      });
      if (type === "application/json") {
        const links = Object.fromEntries(found.map(([key, { path }]) => [key, path]));
        return jsonResponse({ name, version, ...links }, 200, { Vary: "Accept" });
      }
      const links = found.map(([, { path, text }]) => `<li><a href=".${path}">${text}</a></li>`);
      const html = page.replace("{version}", version).replace("{links}", links.join("\n      "));
      return new Response(html, { headers: { ...pageHeaders, Vary: "Accept" } });
    }),
  );
}
