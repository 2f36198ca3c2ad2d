import { z } from "zod";
import { nilUuid } from "../../qt/uuid.ts";
import { int, string } from "../../qt/variant.ts";
import { argumentsObject, integer, text } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.textMessage;

const schema = argumentsObject({
  text: text.describe("What the user is shown."),
  // What PowerShell makes of a variable that is not set, and of a switch.
  icon: z
    .preprocess(
      (value) => (value === "" ? 0 : typeof value === "boolean" ? Number(value) : value),
      integer,
    )
    .describe("0 none (the default), 1 information, 2 warning, 3 critical, 4 question.")
    .default(0),
  title: text.describe("Shown by Veyon 4.11.1 and newer.").optional(),
});

export const textMessage: Feature = {
  uid,
  name: "TextMessage",
  parentUid: nilUuid,
  start: startWith(schema, (args) => [
    {
      feature: uid,
      command: 0,
      arguments: [
        [{ number: 0, name: "Text" }, string(args.text)],
        [{ number: 1, name: "Icon" }, int(args.icon)],
        ...(args.title === undefined
          ? []
          : [[{ number: 2, name: "Title" }, string(args.title)] as const]),
      ],
    },
  ]),
  stop: nothingToStop,
};
