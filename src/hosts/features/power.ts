import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { int } from "../../qt/variant.ts";
import { argumentsObject, noArguments, seconds } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";

const powerDownUid = "6f5a27a0-0e2f-496e-afcc-7aae62eede10";

const action = (uid: Uuid, name: string, parentUid: Uuid): Feature => ({
  uid,
  name,
  parentUid,
  start: startWith(noArguments, () => [{ feature: uid, command: 0, arguments: [] }]),
  stop: nothingToStop,
});

export const reboot = action("4f7d98f0-395a-4fff-b968-e49b8d0f748c", "Reboot", nilUuid);
export const powerDown = action(powerDownUid, "PowerDown", nilUuid);
export const powerDownNow = action(
  "a88039f2-6716-40d8-b4e1-9f5cd48e91ed",
  "PowerDownNow",
  powerDownUid,
);
export const installUpdatesAndPowerDown = action(
  "09bcb3a1-fc11-4d03-8cf1-efd26be8655b",
  "InstallUpdatesAndPowerDown",
  powerDownUid,
);
/** Asks the host's user first. */
export const powerDownConfirmed = action(
  "ea2406be-d5c7-42b8-9f04-53469d3cc34c",
  "PowerDownConfirmed",
  powerDownUid,
);

const delayedUid = "352de795-7fc4-4850-bc57-525bcb7033f5";

/** Seconds of the countdown that the host shows. */
const shutdownTimeoutDefault = 60;

const delayedSchema = argumentsObject({
  shutdownTimeout: seconds.default(shutdownTimeoutDefault),
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

export const userLogoff = action("7311d43d-ab53-439e-a03a-8cb25f7ed526", "UserLogoff", nilUuid);
