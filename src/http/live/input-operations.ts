/** What the document of the API says of hands on a computer. */
import { z } from "zod";
import type { Operation } from "../openapi/operation.ts";
import { emptyAnswer } from "../openapi/parameters.ts";

const common = {
  tag: "Control",
  access: "stream",
  answers: { 200: { description: "The computer has been told", json: emptyAnswer } },
  errors: ["ConnectionTimedOut"],
} as const;

const mask = z.int().min(0).max(255);
const screen = z.int().min(1).max(65_535).optional();

export const sendPointer: Operation = {
  ...common,
  id: "sendPointer",
  summary: "Move the pointer, press and release its buttons",
  description:
    "Buttons are those of RFB: left 1, middle 2, right 4, wheel up 8, down 16, left 32, right 64. Without them they stay as they are. What is held down is let go of 10 s after the last of these requests.",
  body: {
    schema: z.union([
      z
        .strictObject({ x: z.number(), y: z.number(), buttonMask: mask.optional(), screen })
        .meta({ id: "PointerInPixels", description: "From the left and from above." }),
      z
        .strictObject({
          x: z.number().min(0).max(1),
          y: z.number().min(0).max(1),
          buttons: mask,
          screen,
        })
        .meta({ id: "PointerInParts", description: "x and y are parts of the whole." }),
    ]),
    examples: {
      Pixels: { summary: "The left button is pressed", value: { x: 10, y: 8, buttonMask: 1 } },
      Parts: { summary: "Nothing is pressed", value: { x: 0.5, y: 0.25, buttons: 0 } },
    },
  },
  details: { NotAllowed: "the ticket is for viewing: wanted one with scope control" },
};

const isDown = z
  .boolean()
  .optional()
  .describe("Whether it is pressed or let go of; by default both, one after the other.");

export const sendKey: Operation = {
  ...common,
  id: "sendKey",
  summary: "Press and release a key, or type a text",
  body: {
    schema: z.union([
      z
        .strictObject({
          key: z.string().min(1).describe("`KeyboardEvent.key` of a browser."),
          location: z
            .int()
            .min(0)
            .max(3)
            .optional()
            .describe("`KeyboardEvent.location`: tells left (1), right (2) and numpad (3) apart."),
          down: isDown,
        })
        .meta({ id: "NamedKey" }),
      z
        .strictObject({
          keyCode: z.int().min(32).max(0x1fffffff).describe("A keysym of X11."),
          pressed: isDown,
        })
        .meta({ id: "KeyByKeysym" }),
      z.strictObject({ text: z.string().max(1000) }).meta({ id: "TypedText" }),
    ]),
    examples: {
      Key: { summary: "Enter", value: { key: "Enter" } },
      Keysym: { summary: "The same, pressed", value: { keyCode: 65293, pressed: true } },
      Text: { summary: "A text", value: { text: "Grüße" } },
    },
  },
  details: { NotAllowed: "the ticket is for viewing: wanted one with scope control" },
};

export const sendClipboard: Operation = {
  ...common,
  id: "sendClipboard",
  summary: "Set what is pasted on the computer",
  description: "From Veyon 4.7.1 on.",
  body: {
    schema: z.strictObject({ text: z.string().max(32_768) }).meta({ id: "ClipboardText" }),
    examples: { Text: { summary: "A text", value: { text: "to be pasted" } } },
  },
  details: { NotAllowed: "the ticket is for viewing: wanted one with scope control" },
};
