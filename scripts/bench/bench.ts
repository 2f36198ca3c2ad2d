import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";
import type { Figure } from "./figure.ts";
import type { Plan } from "./plan.ts";
import type { ServerOptions } from "./servers.ts";
import type { Situation } from "./situations.ts";

/** What every part of the benchmark works with. */
export interface Bench {
  readonly plan: Plan;
  /** What real hosts show. */
  readonly desktop: DesktopKind;
  readonly servers: ServerOptions;
  /** PEM; what hosts know of the key that `servers` log in with. */
  readonly key: { readonly name: string; readonly publicKey: string; readonly privateKey: string };
  readonly random: () => number;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

export const screenSize = { width: 1920, height: 1080 };

export type Part = (bench: Bench) => Promise<Figure[]>;

/** What is measured in one situation after the other. */
export type SituationPart = (bench: Bench, situation: Situation) => Promise<Figure[]>;
