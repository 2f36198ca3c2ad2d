import type { z } from "zod";
import type { Uuid } from "../../qt/uuid.ts";
import type { FeatureMessage } from "../../veyon/feature-message.ts";

/** What belongs to the API connection that starts or stops a feature. */
export interface FeatureContext {
  /** Where a demo server listens when the request names no port. */
  readonly demoServerPort: number;
  /**
   * UTF-8 bytes; the last one that this connection started a demo server with, at first a random
   * one that others have too.
   */
  readonly demoToken: Uint8Array;
  /** The id of this connection's file collection. */
  readonly collectionId: Uuid;
  /** Throws HostError (not-allowed) when the host may not be told to call this one. */
  readonly checkNamed: (host: string) => void;
}

/** What a feature is in the list of features. */
export interface FeatureIdentity {
  readonly uid: Uuid;
  /** Its name in the newest Veyon. */
  readonly name: string;
  readonly parentUid: Uuid;
}

export interface Feature extends FeatureIdentity {
  /** Starts it; null when no message of this API can. */
  readonly start: FeatureStart | null;
  /** The messages that stop it; empty when there is nothing to stop. */
  stop(context: FeatureContext): FeatureMessage[];
}

export interface FeatureStart {
  /** The request's `arguments`, as leniently as the reference converts them. */
  readonly arguments: z.ZodType;
  /** `args`: what the schema above has made of the request's. */
  messages(args: unknown, context: FeatureContext): FeatureMessage[];
  /** What is otherwise from then on in the context. */
  changes(args: unknown, context: FeatureContext): Partial<FeatureContext>;
}

/** Ties a schema to the functions that get what it parses, so that the types agree. */
export function startWith<Schema extends z.ZodType>(
  schema: Schema,
  messages: (args: z.output<Schema>, context: FeatureContext) => FeatureMessage[],
  changes: (
    args: z.output<Schema>,
    context: FeatureContext,
  ) => Partial<FeatureContext> = () => ({}),
): FeatureStart {
  return {
    arguments: schema,
    messages: (args, context) => messages(args as z.output<Schema>, context),
    changes: (args, context) => changes(args as z.output<Schema>, context),
  };
}

export const nothingToStop = (): FeatureMessage[] => [];
