/**
 * Starts and stops features: checks the arguments, builds the messages, waits for a host that is
 * gone, and sends.
 */
import { parseUuid } from "../qt/uuid.ts";
import type { FeatureMessage } from "../veyon/feature-message.ts";
import type { Feature, FeatureContext } from "./features/feature.ts";
import { describeIssues } from "./features/mismatch.ts";
import { featureByUid } from "./features/table.ts";
import type { Host } from "./host.ts";

/** Why a feature cannot be started or stopped. */
export type ControlFailure =
  | "unknown-feature"
  /** No message of this API starts it. */
  | "not-startable"
  | "arguments";

export class ControlError extends Error {
  override readonly name = "ControlError";

  constructor(
    readonly failure: ControlFailure,
    message: string,
  ) {
    super(message);
  }
}

export interface ControlRequest {
  readonly feature: Feature;
  readonly isActive: boolean;
  /** What the client has sent under this name. */
  readonly arguments: unknown;
}

/** How long a host that is gone is given to come back before a feature counts as not sent. */
const returnWaitMs = 2000;

/** By its UUID in any spelling. Throws ControlError. */
export function findFeature(text: string): Feature {
  const uid = parseUuid(text);
  const feature = uid === null ? null : featureByUid(uid);
  if (feature === null) throw new ControlError("unknown-feature", "no feature has this UUID");
  return feature;
}

/**
 * Gives what is otherwise from then on in the context. Throws ControlError, and HostError (lost).
 */
export async function control(
  host: Host,
  request: ControlRequest,
  context: FeatureContext,
): Promise<Partial<FeatureContext>> {
  const { messages, changes } = effectOf(request, context);
  if (messages.length > 0) {
    const session = await host.sessionWithin(returnWaitMs);
    for (const message of messages) session.send(message);
  }
  return changes;
}

interface Effect {
  readonly messages: readonly FeatureMessage[];
  readonly changes: Partial<FeatureContext>;
}

function effectOf(request: ControlRequest, context: FeatureContext): Effect {
  const { feature, isActive } = request;
  if (!isActive) return { messages: feature.stop(context), changes: {} };
  if (feature.start === null) {
    throw new ControlError("not-startable", `${feature.name} cannot be started through this API`);
  }
  const result = feature.start.arguments.safeParse(request.arguments);
  if (result.success) {
    return {
      messages: feature.start.messages(result.data, context),
      changes: feature.start.changes(result.data, context),
    };
  }
  const reason = describeIssues(result.error.issues);
  throw new ControlError("arguments", `arguments of ${feature.name}: ${reason}`);
}
