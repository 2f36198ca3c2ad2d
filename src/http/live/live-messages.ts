/** What a client may say on a live socket. docs/live.md describes it. */
import { z } from "zod";
import { mismatch } from "../../hosts/features/mismatch.ts";
import { pictureDefaults } from "../../image/picture-parameters.ts";
import { pictureLimits } from "../../image/picture-limits.ts";
import { ApiError } from "../errors.ts";
import { fpsLimits } from "../v1/view-query.ts";
import { parseStrictBody } from "./strict-body.ts";

const view = z.int().min(0).max(0xffff);
const connection = z.int().min(0);
const sidePixels = z.int().min(1).max(pictureLimits.sidePixelsMax).nullable().default(null);

const watch = z.object({
  type: z.literal("watch"),
  view,
  connection,
  width: sidePixels,
  height: sidePixels,
  quality: z.int().min(1).max(100).default(pictureDefaults.quality),
  fps: z.number().min(fpsLimits.min).max(fpsLimits.max).default(fpsLimits.default),
  screen: z.int().min(1).optional(),
});

const unwatch = z.object({ type: z.literal("unwatch"), view });

const message = z.discriminatedUnion("type", [watch, unwatch], {
  error: ({ input }) => mismatch((input as { type?: unknown }).type, "watch or unwatch"),
});

export type LiveMessage = z.output<typeof message>;

const encoder = new TextEncoder();

/** Throws ApiError. */
export function parseLiveMessage(text: string | Uint8Array): LiveMessage {
  if (typeof text === "string") return parseStrictBody(message, encoder.encode(text));
  throw new ApiError("InvalidData", "the message is binary, wanted a text");
}
