import { nilUuid } from "../../qt/uuid.ts";
import { stringList } from "../../qt/variant.ts";
import { argumentsObject, textList } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.openWebsite;

/** `websiteUrl` is the name up to 4.9.4. */
const schema = argumentsObject({
  websiteUrls: textList.describe("Each opens in the host's browser.").optional(),
  websiteUrl: textList.meta({ deprecated: true }).optional(),
})
  .refine((args) => args.websiteUrls !== undefined || args.websiteUrl !== undefined, {
    path: ["websiteUrls"],
    error: "is missing",
  })
  .meta({ required: ["websiteUrls"] });

/** One message for each URL: a host reads the list as one text, and a list of two opens nothing. */
export const openWebsite: Feature = {
  uid,
  name: "OpenWebsite",
  parentUid: nilUuid,
  start: startWith(schema, ({ websiteUrls, websiteUrl }) =>
    (websiteUrls ?? websiteUrl ?? []).map((url) => ({
      feature: uid,
      command: 0,
      arguments: [[{ number: 1, name: "WebsiteUrls" }, stringList([url])]],
    })),
  ),
  stop: nothingToStop,
};
