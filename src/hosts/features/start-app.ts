import { nilUuid } from "../../qt/uuid.ts";
import { stringList } from "../../qt/variant.ts";
import { argumentsObject, textList } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.startApp;

/** `programs` is the name of Veyon 4.5. */
const schema = argumentsObject({
  applications: textList.describe("Programs of the host, by path or name.").optional(),
  programs: textList.meta({ deprecated: true }).optional(),
})
  .refine((args) => args.applications !== undefined || args.programs !== undefined, {
    path: ["applications"],
    error: "is missing",
  })
  .meta({ required: ["applications"] });

export const startApp: Feature = {
  uid,
  name: "StartApp",
  parentUid: nilUuid,
  start: startWith(schema, ({ applications, programs }) => [
    {
      feature: uid,
      command: 0,
      arguments: [
        [{ number: 0, name: "Applications" }, stringList(applications ?? programs ?? [])],
      ],
    },
  ]),
  stop: nothingToStop,
};
