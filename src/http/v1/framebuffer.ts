import { Hono } from "hono";
import { HostError } from "../../connect/host-error.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { pictureBytes, viewParameters } from "../openapi/parameters.ts";
import { contentTypes, readView } from "./view-query.ts";
import { withConnection } from "./with-connection.ts";

const noPicture = "the host has not sent every pixel of its screen yet";

const etagHeader = {
  ETag: { description: "Stands for this very picture.", schema: { type: "string" } },
} as const;

const getFramebuffer: Operation = {
  id: "getFramebuffer",
  tag: "Pictures",
  summary: "The screen as a picture",
  description:
    "After a login it takes a moment until there is one: the request waits up to a second, then it is 503 with `Retry-After`. Send the `ETag` of the last picture back in `If-None-Match`: as long as nothing changes the answer is 304, without a picture.",
  access: "connection",
  parameters: [
    ...viewParameters("png"),
    {
      name: "If-None-Match",
      in: "header",
      description: "The `ETag` of a picture that is there already.",
      schema: { type: "string" },
    },
  ],
  answers: {
    200: {
      description: "The picture",
      headers: etagHeader,
      content: { "image/png": pictureBytes, "image/jpeg": pictureBytes },
    },
    304: { description: "It is still the same picture", headers: etagHeader },
  },
  errors: [
    "InvalidData",
    "UnsupportedImageFormat",
    "FramebufferNotAvailable",
    "FramebufferEncodingError",
  ],
  details: { InvalidData: "screen is no number from 1 on" },
};

export function framebufferRoutes(connections: ApiConnections) {
  const admitted = documented(getFramebuffer, withConnection(connections, "view"));
  return new Hono<AppEnvironment>().get("/", admitted, async (c) => {
    const view = readView(c.req.url, "png");
    const watched = c.get("connection").content;
    const isKnown = knownBy(c.req.header("If-None-Match"));
    const look = await orUnavailable(watched.look(view, isKnown, c.req.raw.signal));
    if (look === null) throw new ApiError("FramebufferNotAvailable", noPicture);
    const { etag, picture } = look;
    const headers = { "Cache-Control": "private, no-cache", ETag: etag };
    if (picture === null) return new Response(null, { status: 304, headers });
    const contentLength = String(picture.bytes.length);
    return new Response(picture.bytes, {
      headers: {
        "Content-Type": contentTypes[view.format],
        "Content-Length": contentLength,
        ...headers,
      },
    });
  });
}

/** Whether If-None-Match (RFC 9110, 13.1.2) names the picture that would be sent. */
function knownBy(ifNoneMatch: string | undefined): (etag: string) => boolean {
  if (ifNoneMatch === undefined) return () => false;
  const known = ifNoneMatch.split(",").map((each) => each.trim().replace(/^W\//, ""));
  return (etag) => known.includes(etag) || known.includes("*");
}

/** A host that is gone has no picture, and this route has an error of its own for that. */
async function orUnavailable<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new ApiError("FramebufferNotAvailable", error.message, { cause: error });
  }
}
