import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { int } from "../../qt/variant.ts";
import { argumentsObject, noArguments, seconds } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const powerDownUid = featureIds.powerDown;

const action = (uid: Uuid, name: string, parentUid: Uuid): Feature => ({
  uid,
  name,
  parentUid,
  start: startWith(noArguments, () => [{ feature: uid, command: 0, arguments: [] }]),
  stop: nothingToStop,
});

export const reboot = action(featureIds.reboot, "Reboot", nilUuid);
export const powerDown = action(powerDownUid, "PowerDown", nilUuid);
export const powerDownNow = action(featureIds.powerDownNow, "PowerDownNow", powerDownUid);
export const installUpdatesAndPowerDown = action(
  featureIds.installUpdatesAndPowerDown,
  "InstallUpdatesAndPowerDown",
  powerDownUid,
);
/** Asks the host's user first. */
export const powerDownConfirmed = action(
  featureIds.powerDownConfirmed,
  "PowerDownConfirmed",
  powerDownUid,
);

const delayedUid = featureIds.powerDownDelayed;

/** Seconds of the countdown that the host shows. */
const shutdownTimeoutDefault = 60;

const delayedSchema = argumentsObject({
  shutdownTimeout: seconds
    .describe(`Seconds of the countdown; by default ${shutdownTimeoutDefault}.`)
    .default(shutdownTimeoutDefault),
});

export const powerDownDelayed: Feature = {
  uid: delayedUid,
  name: "PowerDownDelayed",
  parentUid: powerDownUid,
  start: startWith(delayedSchema, ({ shutdownTimeout }) => [
    {
      feature: delayedUid,
      command: 0,
      arguments: [[{ number: 0, name: "ShutdownTimeout" }, int(shutdownTimeout)]],
    },
  ]),
  stop: nothingToStop,
};

export const userLogoff = action(featureIds.userLogoff, "UserLogoff", nilUuid);
