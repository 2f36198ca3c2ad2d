import { Hono } from "hono";
import { HostError } from "../../connect/host-error.ts";
import { pictureDefaults, type PictureFormat } from "../../image/picture-parameters.ts";
import type { AppEnvironment, ApiConnections } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { queryParameters } from "./query.ts";
import { withConnection } from "./with-connection.ts";

const formats: Record<string, { format: PictureFormat; contentType: string }> = {
  png: { format: "png", contentType: "image/png" },
  jpeg: { format: "jpeg", contentType: "image/jpeg" },
  jpg: { format: "jpeg", contentType: "image/jpeg" },
};

/** The picture that a query asks for; like the reference, takes what cannot be read for absent. */
function readQuery(url: string) {
  const query = queryParameters(url);
  const { compression, quality } = pictureDefaults;
  return {
    format: query.get("format") || "png",
    compression: Math.min(positive(query.get("compression")) ?? compression, 9),
    quality: Math.min(positive(query.get("quality")) ?? quality, 100),
    width: positive(query.get("width")),
    height: positive(query.get("height")),
  };
}

/** A whole number above 0, as Qt reads one. */
function positive(text: string | undefined): number | null {
  const number = text !== undefined && /^\s*\+?\d+\s*$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= 0x7fffffff ? number : null;
}

const noPicture = "the host has not sent every pixel of its screen yet";

export function framebufferRoutes(connections: ApiConnections) {
  return new Hono<AppEnvironment>().get("/", withConnection(connections), async (c) => {
    const { format: name, ...sizeAndLevel } = readQuery(c.req.url);
    const chosen = Object.hasOwn(formats, name) ? formats[name] : undefined;
    if (chosen === undefined) throw new ApiError("UnsupportedImageFormat");
    const { format, contentType } = chosen;
    const watched = c.get("connection").content;
    const isKnown = knownBy(c.req.header("If-None-Match"));
    const looking = watched.look({ format, ...sizeAndLevel }, isKnown, c.req.raw.signal);
    const look = await orUnavailable(looking);
    if (look === null) throw new ApiError("FramebufferNotAvailable", noPicture);
    const { etag, picture } = look;
    const headers = { "Cache-Control": "private, no-cache", ETag: etag };
    if (picture === null) return new Response(null, { status: 304, headers });
    const contentLength = String(picture.bytes.length);
    return new Response(picture.bytes, {
      headers: { "Content-Type": contentType, "Content-Length": contentLength, ...headers },
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
