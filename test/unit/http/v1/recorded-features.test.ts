/**
 * Every PUT that was recorded with the reference: the same status and messages, but for the wanted
 * differences.
 */
import { describe, expect, test } from "bun:test";
import type { Variant } from "../../../../src/qt/variant.ts";
import { type Api, createApi, errorOf } from "../api.ts";
import { decodeSent, type RecordedPut, recordedPuts } from "./recorded-puts.ts";
import { differenceOf, wantedDifferences } from "./wanted-differences.ts";

const demoServerPort = { "4.7.5": 21400, "4.11.1": 24400 };

/** What is random in the recording belongs to the connection here. */
function shareRandomness({ messages }: RecordedPut, { watched }: Api): void {
  const argument = (key: string): Variant | undefined =>
    messages.find((message) => key in message.arguments)?.arguments[key];
  const token = argument("0");
  if (token?.type === "QByteArray") Object.assign(watched.features, { demoToken: token.value });
  const collection = argument("6");
  if (collection?.type === "QUuid") {
    Object.assign(watched.features, { collectionId: collection.value });
  }
}

describe.each(recordedPuts)("$title", (put) => {
  test("is answered and sent as recorded, or as wanted", async () => {
    const api = createApi({ demoServerPort: demoServerPort[put.version] });
    shareRandomness(put, api);
    const body = typeof put.body === "string" ? put.body : JSON.stringify(put.body);
    const response = await api.request("PUT", `feature/${put.uid}`, body);
    const error = response.status === 200 ? null : await errorOf(response);
    if (error === null) expect(await response.text()).toBe("{}");
    api.close();

    const outcome = {
      status: response.status,
      code: error?.code ?? null,
      messages: api.session.sent.map(decodeSent),
    };
    const { status, code, messages } = put;
    const recorded = { status, code, messages };
    const difference = differenceOf(put);
    if (difference === null) {
      expect(outcome).toEqual(recorded as typeof outcome);
    } else {
      expect(outcome).toEqual({ ...recorded, ...difference.ours(put) } as typeof outcome);
      expect(outcome).not.toEqual(recorded as typeof outcome);
    }
    if (error !== null && put.status !== 400) expect(error.details).not.toBeEmpty();
  });
});

test("all of them were recorded", () => {
  expect(recordedPuts).toHaveLength(2 * 89);
  expect(recordedPuts.filter(({ uid }) => uid === undefined)).toEqual([]);
});

test.each(wantedDifferences)("is seen: $why", (difference) => {
  expect(recordedPuts.some((put) => differenceOf(put) === difference)).toBe(true);
});
