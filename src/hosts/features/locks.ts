import { nilUuid } from "../../qt/uuid.ts";
import { noArguments } from "./argument-schemas.ts";
import { type Feature, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const lock = (uid: string, name: string): Feature => ({
  uid,
  name,
  parentUid: nilUuid,
  start: startWith(noArguments, () => [{ feature: uid, command: 0, arguments: [] }]),
  stop: () => [{ feature: uid, command: 1, arguments: [] }],
});

/** A lock stays when the connection ends; any connection can stop it. */
export const screenLock = lock(featureIds.screenLock, "ScreenLock");
export const inputDevicesLock = lock(featureIds.inputDevicesLock, "InputDevicesLock");
