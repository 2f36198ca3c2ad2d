/** What goes to the host for the body of a PUT, beside what the reference sends for it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Variant } from "../../src/qt/variant.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import type { ReceivedFeatureMessage } from "../../src/veyon/feature-message.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { start, stopAll } from "./support/fixture-host.ts";
import {
  comparable,
  demoServerPorts,
  type FeatureCase,
  featureDifferences,
  featureUuids,
  referenceFeatureCases,
  type SentMessage,
} from "./support/reference-features.ts";

/** Asked on our own account, whatever the API's client does. */
const queries = new Set<string>([
  featureIds.queryApplicationVersion,
  featureIds.queryActiveFeatures,
  featureIds.queryScreens,
  featureIds.sessionInfo,
  featureIds.userInfo,
]);

for (const [version, demoServerPort] of demoServerPorts) {
  describe(`for a PUT as the reference ${version}`, () => {
    let host: SimHost;
    let session: ApiSession;
    let marks = 0;

    beforeAll(async () => {
      host = await start({ version });
      session = await (await startServer({ demoServerPort })).api.logIn(host.port);
    });
    afterAll(stopAll);

    for (const one of referenceFeatureCases(version)) {
      const difference = featureDifferences.find(
        (each) =>
          each.feature === one.feature &&
          (each.version ?? version) === version &&
          each.bodies.some((body) => Bun.deepEquals(body, one.body)),
      );
      const name = `${one.feature} ${JSON.stringify(one.body)}`;
      test(difference === undefined ? name : `${name}, other: ${difference.why}`, async () => {
        const uid = featureUuids.get(one.feature)!;
        const before = await received();
        const { status } = await session.put(uid, one.body);
        const found = { status, messages: (await received()).slice(before.length) };
        const wanted = {
          status: difference?.status ?? one.status!,
          messages:
            difference?.messages.map(([command, args]) => ({
              feature: uid,
              command,
              arguments: args,
            })) ?? comparable(one.messages),
        };
        expect(found).toEqual(wanted);
        if (difference !== undefined) expectNoLongerSame(one, found);
      });
    }

    test("every difference in the list was met", () => {
      const cases = referenceFeatureCases(version);
      for (const { feature, bodies } of featureDifferences.filter(
        (each) => (each.version ?? version) === version,
      )) {
        for (const body of bodies) {
          const isMet = cases.some(
            (one) => one.feature === feature && Bun.deepEquals(one.body, body),
          );
          expect({ feature, body, isMet }).toEqual({ feature, body, isMet: true });
        }
      }
    });

    /**
     * All that the host has got from the client: a message that comes last says that the others
     * have come.
     */
    async function received(): Promise<SentMessage[]> {
      const mark = `mark ${++marks}`;
      await session.start(featureIds.textMessage, { text: mark });
      await host.nextMessage((message) => describeMessage(message).arguments["0"] === mark);
      const messages = host.received.filter(({ feature }) => !queries.has(feature));
      return comparable(messages.map(describeMessage)).filter(
        (message) => !String(message.arguments["0"]).startsWith("mark "),
      );
    }
  });
}

function expectNoLongerSame(one: FeatureCase, found: object): void {
  expect(found).not.toEqual({ status: one.status, messages: comparable(one.messages) });
}

/** In the form of the fixtures. */
function describeMessage({
  feature,
  command,
  arguments: args,
}: ReceivedFeatureMessage): SentMessage {
  const entries = [...args].map(([key, value]) => [key, plain(value)] as const);
  return { feature, command, arguments: Object.fromEntries(entries) };
}

function plain(variant: Variant): unknown {
  switch (variant.type) {
    case "Invalid":
      return { invalid: true };
    case "QUuid":
      return { uuid: variant.value };
    case "QByteArray":
      return { bytes: Buffer.from(variant.value ?? []).toString("hex") };
    case "QStringList":
      return { stringList: variant.value };
    case "QRect": {
      const { left, top, right, bottom } = variant.value;
      return { rect: [left, top, right - left + 1, bottom - top + 1] };
    }
    default:
      return variant.value;
  }
}
