import { nilUuid } from "../../qt/uuid.ts";
import { uuid } from "../../qt/variant.ts";
import { noArguments } from "./argument-schemas.ts";
import { type Feature, type FeatureContext, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const uid = featureIds.fileCollect;
const initialize = 6;
const finish = 7;

const message = (command: number) => (context: FeatureContext) => [
  {
    feature: uid,
    command,
    arguments: [[{ number: 6, name: "CollectionId" }, uuid(context.collectionId)] as const],
  },
];

/**
 * Opens and ends a collection as the reference does; the files themselves do not go through this
 * API. Since 4.10.
 */
export const fileCollect: Feature = {
  uid,
  name: "FileCollect",
  parentUid: nilUuid,
  start: startWith(noArguments, (_args, context) => message(initialize)(context)),
  stop: message(finish),
};
