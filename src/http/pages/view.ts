/** The page that shows the computers of a room, for people. It uses the API as anybody does. */
import { Hono } from "hono";
import page from "../../page/page.html";
import { givenRoomId, type Room } from "../../page/room.ts";
import type { AppEnvironment } from "../environment.ts";
import { bundledPage } from "./bundled-page.ts";
import { PageFile } from "./page-file.ts";
import { pageHeaders } from "./page-headers.ts";

/** Those of the bundle, `/view/NAME`. */
const folder = "view";

/** `given`: what the page shows without asking. */
export function viewRoutes(given: Room | null) {
  let prepared: ReturnType<typeof prepare> | undefined;
  return new Hono<AppEnvironment>()
    .get("/", async () => {
      const { html } = await (prepared ??= prepare(given));
      return new Response(html, { headers: pageHeaders });
    })
    .get("/:file", async (c, next) => {
      const { files } = await (prepared ??= prepare(given));
      const file = files.get(c.req.param("file"));
      return file === undefined ? next() : file.response(c.req.header("Accept-Encoding"));
    });
}

async function prepare(given: Room | null) {
  const { html, files } = await bundledPage(page, folder);
  return {
    html: given === null ? html : html.replace("</head>", () => `${givenScript(given)}</head>`),
    files: new Map(
      [...files].map(([name, { content, contentType }]) => [
        name,
        new PageFile(content, contentType),
      ]),
    ),
  };
}

/** Data, which no browser runs. */
function givenScript(room: Room): string {
  const json = JSON.stringify(room).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="${givenRoomId}">${json}</script>`;
}
