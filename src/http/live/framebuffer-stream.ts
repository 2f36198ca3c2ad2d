import { Hono } from "hono";
import type { Streams } from "../../live/streams.ts";
import type { Tickets } from "../../live/tickets.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { viewParameters } from "../openapi/parameters.ts";
import { contentTypes, fpsLimits, readFps, readView } from "../v1/view-query.ts";
import { onlyConnection, withAdmission } from "./admission.ts";
import { closeWithClient, endlessResponse } from "./endless-response.ts";
import { isBrowsersImage, multipartType, partsForBrowsers, partsForPrograms } from "./multipart.ts";
import { pictureParts } from "./picture-parts.ts";
import { ownerOf } from "./stream-owner.ts";

/** How long the answer waits for a first picture, so that its status can be that of an error. */
const firstPictureWaitMs = 1000;

const followFramebuffer: Operation = {
  id: "followFramebuffer",
  tag: "Live",
  summary: "Pictures of the screen, as it changes",
  description: "For `<img>`, and for programs that read cameras (MJPEG).",
  access: "stream",
  parameters: [
    ...viewParameters("jpeg"),
    {
      name: "fps",
      in: "query",
      description: "Pictures a second, at most.",
      schema: {
        type: "number",
        minimum: fpsLimits.min,
        maximum: fpsLimits.max,
        default: fpsLimits.default,
      },
    },
  ],
  answers: {
    200: {
      description: "Each part takes the place of the one before",
      content: { "multipart/x-mixed-replace": { schema: { type: "string", format: "binary" } } },
    },
  },
  errors: [
    "InvalidData",
    "ConnectionLimitReached",
    "UnsupportedImageFormat",
    "FramebufferNotAvailable",
    "FramebufferEncodingError",
  ],
  details: { InvalidData: "screen is no number from 1 on" },
};

/** Pictures as they change, for `<img>` and for programs that read cameras (MJPEG). */
export function framebufferStreamRoutes(
  connections: ApiConnections,
  tickets: Tickets,
  streams: Streams,
) {
  const admitted = documented(followFramebuffer, withAdmission(connections, tickets));
  return new Hono<AppEnvironment>().get("/", admitted, async (c) => {
    const view = readView(c.req.url, "jpeg");
    const connection = onlyConnection(c.get("admission"));
    const { content: watched } = connection;
    if (watched.host.lost !== null) {
      throw new ApiError("FramebufferNotAvailable", watched.host.lost.message);
    }
    const stream = streams.open([connection], ownerOf(c.var, "framebuffer"));
    closeWithClient(c.req.raw, stream);
    try {
      const follower = watched.follow(view, readFps(c.req.url));
      const timeout = AbortSignal.timeout(firstPictureWaitMs);
      const first = await follower.next(AbortSignal.any([stream.signal, timeout]));
      const partsFor = isBrowsersImage(c.req.header("Accept"))
        ? partsForBrowsers
        : partsForPrograms;
      const writer = partsFor(contentTypes[view.format]);
      const parts = pictureParts(writer, first, follower, stream.signal);
      return endlessResponse(multipartType, parts, stream);
    } catch (error) {
      stream.close("error");
      throw error;
    }
  });
}
