import { nilUuid } from "../../qt/uuid.ts";
import { int, string } from "../../qt/variant.ts";
import { argumentsObject, integer, text } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.textMessage;

/**
 * `icon`: 0 none, 1 information, 2 warning, 3 critical, 4 question. `title` is shown since 4.11.1.
 */
const schema = argumentsObject({
  text,
  icon: integer.default(0),
  title: text.optional(),
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
