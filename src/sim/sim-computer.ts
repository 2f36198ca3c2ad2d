import type { SimFeatures } from "./sim-features.ts";
import type { SimInput } from "./sim-input.ts";
import type { SimHostOptions } from "./sim-options.ts";
import type { SimScreen } from "./sim-screen.ts";
import type { SimTraits } from "./sim-traits.ts";

/** What all connections of a simulated host share. */
export interface SimComputer {
  readonly options: SimHostOptions;
  readonly traits: SimTraits;
  readonly screen: SimScreen;
  readonly features: SimFeatures;
  readonly input: SimInput;
  /** How often clients have asked for an update. */
  readonly updateRequests: { incremental: number; whole: number };
}
