/**
 * What hands do to a computer, as clients write it: in pixels with `buttonMask` or in parts with
 * `buttons`, with `keyCode` or with `key`, `pressed` or `down`.
 */
import { z } from "zod";
import { text } from "../../hosts/features/argument-schemas.ts";
import { mismatch } from "../../hosts/features/mismatch.ts";
import type { Input } from "../../hosts/input/input.ts";
import { keysymMax } from "../../hosts/input/keysym.ts";
import { keysymOfKey, type KeyLocation } from "../../hosts/input/named-keys.ts";
import { keysymsOfText } from "../../hosts/input/typed-text.ts";
import type { PointerPlace } from "../../watch/pointer-place.ts";

/** Characters that are typed at once; a longer text is better copied. */
const typedCharactersMax = 1000;

/** Below it there are no keys: it is another numbering. */
const keysymMin = 0x20;

const number = (wanted: string, isWanted: (value: number) => boolean) =>
  z.unknown().transform((value, context): number => {
    if (typeof value === "number" && isWanted(value)) return value;
    return refuse(context, mismatch(value, wanted));
  });

const mask = number("a whole number from 0 to 255", (value) => isWhole(value, 0, 255));

const coordinate = number("a number", Number.isFinite);

const screen = number("a whole number from 1 on", (value) => isWhole(value, 1, 0xffff));

const isDown = z.unknown().transform((value, context): boolean => {
  return typeof value === "boolean" ? value : refuse(context, mismatch(value, "true or false"));
});

export interface PointerInput {
  readonly place: PointerPlace;
  /** A bit for each button, as in RFB; null: they stay as they are. */
  readonly buttonMask: number | null;
}

export const pointerSchema = z
  .object({
    x: coordinate,
    y: coordinate,
    buttonMask: mask.optional(),
    buttons: mask.optional(),
    screen: screen.optional(),
  })
  .refine((body) => body.buttonMask === undefined || body.buttons === undefined, {
    path: ["buttons"],
    error: "stands beside buttonMask: wanted buttons (x, y from 0 to 1) or buttonMask (pixels)",
  })
  .transform((body): PointerInput => {
    const unit = body.buttons === undefined ? "pixels" : "parts";
    const place = {
      unit,
      x: body.x,
      y: body.y,
      ...(body.screen && { screen: body.screen }),
    } as const;
    return { place, buttonMask: body.buttonMask ?? body.buttons ?? null };
  });

const keysym = number("the keysym of X11, such as 65293 for Enter", (value) =>
  isWhole(value, keysymMin, keysymMax),
);

const keyFields = z.object({
  keyCode: keysym.optional(),
  key: z.unknown().optional(),
  location: number("0 (standard), 1 (left), 2 (right) or 3 (numpad)", (value) =>
    isWhole(value, 0, 3),
  ).optional(),
  text: z.unknown().optional(),
  pressed: isDown.optional(),
  down: isDown.optional(),
});

/** A key that is pressed, or let go of, or both where nothing is said; or a text that is typed. */
export const keySchema = keyFields.transform((body, context): Input => {
  const given = (["keyCode", "key", "text"] as const).filter((name) => body[name] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "none" : given.join(" and ");
    return refuse(context, `wanted one of keyCode, key and text, found ${found}`);
  }
  const { pressed, down } = body;
  if (pressed !== undefined && down !== undefined && pressed !== down) {
    return refuse(context, "contradicts pressed", ["down"]);
  }
  const state = pressed ?? down;
  if (body.text !== undefined) {
    if (state === undefined) return { kind: "text", keysyms: typed(body.text, context) };
    return refuse(context, "is typed whole: wanted neither pressed nor down", ["text"]);
  }
  const code = body.keyCode ?? keysymOf(body.key, body.location as KeyLocation, context);
  if (state === undefined) return { kind: "text", keysyms: [code] };
  return { kind: "key", keysym: code, isDown: state };
});

function keysymOf(
  key: unknown,
  location: KeyLocation | undefined,
  context: z.RefinementCtx,
): number {
  const wanted = "the name of a key in a browser, such as Enter, or one character";
  if (typeof key !== "string" || key === "") return refuse(context, mismatch(key, wanted), ["key"]);
  if (key === "Dead") {
    return refuse(context, "is Dead: wanted the character that it makes with the next one", [
      "key",
    ]);
  }
  return keysymOfKey(key, location) ?? refuse(context, `is unknown: wanted ${wanted}`, ["key"]);
}

function typed(value: unknown, context: z.RefinementCtx): number[] {
  const refuseText = (message: string) => refuse(context, message, ["text"]);
  if (typeof value !== "string") return refuseText(mismatch(value, "a text"));
  const keysyms = keysymsOfText(value);
  if (keysyms === null) return refuseText("holds a control character that no key makes");
  if (keysyms.length <= typedCharactersMax) return keysyms;
  return refuseText(`has over ${typedCharactersMax} characters: wanted input/clipboard for it`);
}

export const clipboardSchema = z
  .object({ text })
  .transform((body): Input => ({ kind: "clipboard", text: body.text }));

const isWhole = (value: number, min: number, max: number) =>
  Number.isInteger(value) && value >= min && value <= max;

function refuse(context: z.RefinementCtx, message: string, path: string[] = []): never {
  context.addIssue({ code: "custom", message, path });
  return z.NEVER;
}
