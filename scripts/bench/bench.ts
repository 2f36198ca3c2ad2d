import type { ServerOptions } from "./servers.ts";
import type { Figure } from "./figure.ts";
import type { Plan } from "./plan.ts";

/** What every part of the benchmark works with. */
export interface Bench {
  readonly plan: Plan;
  readonly servers: ServerOptions;
  /** PEM; what hosts know of the key that `servers` log in with. */
  readonly key: { readonly name: string; readonly publicKey: string; readonly privateKey: string };
  readonly random: () => number;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

export const screenSize = { width: 1920, height: 1080 };

export type Part = (bench: Bench) => Promise<Figure[]>;
