/** Parameters of more than one operation. */
import type { OpenAPIV3_1 } from "openapi-types";
import { z } from "zod";
import { pictureDefaults } from "../../image/picture-parameters.ts";

export const hostParameter: OpenAPIV3_1.ParameterObject = {
  name: "host",
  in: "path",
  required: true,
  description:
    "A name or an address, with `:port` if it is not 11100; an IPv6 address with a port in brackets.",
  schema: { type: "string", minLength: 1 },
  example: "room1-pc1",
};

/** What of a computer to see, and how. */
export function viewParameters(defaultFormat: "png" | "jpeg"): OpenAPIV3_1.ParameterObject[] {
  return [
    {
      name: "format",
      in: "query",
      schema: { type: "string", enum: ["png", "jpeg"], default: defaultFormat },
    },
    {
      name: "width",
      in: "query",
      description:
        "Pixels. With one of width and height the other follows from the screen; without both it is the screen's own size.",
      schema: { type: "integer", minimum: 1 },
    },
    {
      name: "height",
      in: "query",
      description: "Pixels.",
      schema: { type: "integer", minimum: 1 },
    },
    {
      name: "compression",
      in: "query",
      description: "Of PNG: 1 is fast, 9 is small.",
      schema: { type: "integer", minimum: 1, maximum: 9, default: pictureDefaults.compression },
    },
    {
      name: "quality",
      in: "query",
      description: "Of JPEG.",
      schema: { type: "integer", minimum: 1, maximum: 100, default: pictureDefaults.quality },
    },
    {
      name: "screen",
      in: "query",
      description:
        "One of several screens, by its number from 1 on; by default all in one picture.",
      schema: { type: "integer", minimum: 1 },
    },
  ];
}

export const uuid = z.string().meta({ format: "uuid" });

/** Unix time, in seconds: up to the end of the year 9999. */
export const unixTime = z.int().min(0).max(253_402_300_799).describe("Unix time, in seconds.");

/** The answer to what changes something: `{}`. */
export const emptyAnswer = {
  schema: z.strictObject({}).meta({ id: "Nothing" }),
  example: {},
};

export const pictureBytes: OpenAPIV3_1.MediaTypeObject = {
  schema: { type: "string", format: "binary" },
};
