import { expect, test } from "bun:test";
import { featureScope } from "../../../src/access/scopes.ts";
import { features } from "../../../src/hosts/features/table.ts";

test("what begins or ends somebody's work wants power, every other feature wants features", () => {
  const power = features.filter(({ uid }) => featureScope(uid) === "power");
  expect(power.map(({ name }) => name)).toEqual([
    "PowerOn",
    "Reboot",
    "PowerDown",
    "PowerDownNow",
    "InstallUpdatesAndPowerDown",
    "PowerDownConfirmed",
    "PowerDownDelayed",
    "UserLogin",
    "UserLogoff",
  ]);
  // Whoever adds one decides.
  expect(features).toHaveLength(38);
  const others = features.filter(({ uid }) => featureScope(uid) === "features");
  expect(others).toHaveLength(features.length - power.length);
});
