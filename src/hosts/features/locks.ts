import { nilUuid } from "../../qt/uuid.ts";
import { noArguments } from "./argument-schemas.ts";
import { type Feature, startWith } from "./feature.ts";

const lock = (uid: string, name: string): Feature => ({
  uid,
  name,
  parentUid: nilUuid,
  start: startWith(noArguments, () => [{ feature: uid, command: 0, arguments: [] }]),
  stop: () => [{ feature: uid, command: 1, arguments: [] }],
});

/** A lock stays when the connection ends; any connection can stop it. */
export const screenLock = lock("ccb535a2-1d24-4cc1-a709-8b47d2b2ac79", "ScreenLock");
export const inputDevicesLock = lock("e4a77879-e544-4fec-bc18-e534f33b934c", "InputDevicesLock");
