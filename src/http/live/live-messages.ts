/** What a client may say on a live socket. docs/live.md describes it. */
import { z } from "zod";
import { mismatch } from "../../hosts/features/mismatch.ts";
import type { Input } from "../../hosts/input/input.ts";
import { pictureDefaults } from "../../image/picture-parameters.ts";
import { pictureLimits } from "../../image/picture-limits.ts";
import { ApiError } from "../errors.ts";
import { fpsLimits } from "../v1/view-query.ts";
import { clipboardSchema, keySchema, type PointerInput, pointerSchema } from "./input-schemas.ts";
import { checked, parseStrictBody } from "./strict-body.ts";

const view = z.int().min(0).max(0xffff);
const connection = z.int().min(0);
const sidePixels = z.int().min(1).max(pictureLimits.sidePixelsMax).nullable().default(null);

const watchSchema = z.object({
  view,
  connection,
  width: sidePixels,
  height: sidePixels,
  quality: z.int().min(1).max(100).default(pictureDefaults.quality),
  fps: z.number().min(fpsLimits.min).max(fpsLimits.max).default(fpsLimits.default),
  screen: z.int().min(1).optional(),
});

const unwatchSchema = z.object({ view });

/** What is for one of the computers. */
const addressedSchema = z.object({ connection });

const types = ["watch", "unwatch", "pointer", "key", "clipboard"] as const;
type LiveMessageType = (typeof types)[number];

/** A message of which no more is known than its type. */
const headSchema = z.looseObject({
  type: z.enum(types, { error: ({ input }) => mismatch(input, types.join(", ")) }),
});

export type LiveMessageHead = z.output<typeof headSchema>;

/** Where it is meant for a computer, `connection` is its place in the ticket. */
export type LiveMessage =
  | ({ readonly type: "watch" } & z.output<typeof watchSchema>)
  | { readonly type: "unwatch"; readonly view: number }
  | { readonly type: "pointer"; readonly connection: number; readonly pointer: PointerInput }
  | { readonly type: "key" | "clipboard"; readonly connection: number; readonly input: Input };

const encoder = new TextEncoder();

/** Throws ApiError. */
export function parseHead(message: string | Uint8Array): LiveMessageHead {
  if (typeof message === "string") return parseStrictBody(headSchema, encoder.encode(message));
  throw new ApiError("InvalidData", "the message is binary, wanted a text");
}

/** Throws ApiError. */
export function parseMessage(head: LiveMessageHead): LiveMessage {
  const type: LiveMessageType = head.type;
  switch (type) {
    case "watch":
      return { type, ...checked(watchSchema, head) };
    case "unwatch":
      return { type, ...checked(unwatchSchema, head) };
    case "pointer":
      return { type, ...checked(addressedSchema, head), pointer: checked(pointerSchema, head) };
    case "key":
      return { type, ...checked(addressedSchema, head), input: checked(keySchema, head) };
    case "clipboard":
      return { type, ...checked(addressedSchema, head), input: checked(clipboardSchema, head) };
  }
}
