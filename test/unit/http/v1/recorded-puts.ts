/** The PUTs that were recorded with the reference, and what went out to the host. */
import type { Variant } from "../../../../src/qt/variant.ts";
import { decodeFeatureMessage } from "../../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../../src/veyon/message.ts";
import { fixture } from "../../../support/transcript.ts";

export interface Message {
  readonly feature: string;
  readonly command: number;
  readonly arguments: Record<string, Variant>;
}

interface Body {
  readonly active?: unknown;
  readonly arguments?: Record<string, unknown>;
}

export interface RecordedPut {
  readonly title: string;
  readonly version: "4.7.5" | "4.11.1";
  readonly feature: string;
  readonly uid: string;
  /** As text when it was no JSON object. */
  readonly body: string | Body;
  /** Null where the reference died. */
  readonly status: number | null;
  readonly code: number | null;
  readonly messages: readonly Message[];
}

/** As the file has it. */
interface Case {
  readonly feature: string;
  readonly body: string | Body;
  readonly status: number | null;
  readonly response: string;
  readonly messages: readonly { readonly hex: string }[];
}

interface NamedFeature {
  readonly names: Record<string, string>;
  readonly uuid: string;
}

/** By every name of a feature since 4.5.5; before, two names belonged to other features. */
const uidByName = new Map(
  (JSON.parse(fixture("features.json")).features as NamedFeature[]).flatMap(({ names, uuid }) =>
    Object.entries(names)
      .filter(([since, name]) => !(since === "4.5.0" && name.startsWith("ShareOwn")))
      .map(([, name]) => [name, uuid] as const),
  ),
);

export const recordedPuts: readonly RecordedPut[] = (["4.7.5", "4.11.1"] as const).flatMap(
  (version) => {
    const file = fixture(`reference-client/rest-to-feature-${version}.json`);
    return (JSON.parse(file).cases as Case[]).map(
      ({ feature, body, status, response, messages }) => ({
        title: `${version}: ${feature} ${JSON.stringify(body)}`,
        version,
        feature,
        uid: uidByName.get(feature)!,
        body,
        status,
        code: status === 400 ? JSON.parse(response).error.code : null,
        messages: messages.map(({ hex }) => decodeSent(hex)),
      }),
    );
  },
);

/** Passwords are encrypted anew each time: only their form can be compared. */
export function decodeSent(hex: string): Message {
  const body = Uint8Array.fromHex(hex).subarray(5);
  const { feature, command, arguments: args } = decodeFeatureMessage(decodeMessageBody(body));
  const entries = [...args].map(([key, value]): [string, Variant] => {
    const isCipher = value.type === "QString" && /^[0-9a-f]{1024}$/.test(value.value ?? "");
    return [key, isCipher ? { type: "QString", value: "<1024 digits>" } : value];
  });
  return { feature, command, arguments: Object.fromEntries(entries) };
}
