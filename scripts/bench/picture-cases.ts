/** What pictures are asked for, and how the screen changes meanwhile. */
import type { Change } from "./changing-screen.ts";
import type { ByWarmth } from "./situations.ts";

export interface PictureCase {
  readonly work: string;
  readonly query: string;
  /** Once between two requests. */
  readonly change: Change;
  /** From one request to the next: "random", or as a dashboard polls. */
  readonly gap: "random" | "one second";
  /** Ours divided by the reference's. */
  readonly cpuMax: ByWarmth;
  /** The same of warm servers; cold ones have no bound. */
  readonly latencyMax: number;
  /** Far from its bound, so that shorter runs spend less time on it. */
  readonly isExtra?: boolean;
}

const png = "format=png";
const jpeg = "format=jpeg";

export const pictureCases: readonly PictureCase[] = [
  {
    work: "PNG, all changed",
    query: png,
    change: "all",
    gap: "random",
    cpuMax: { warm: 0.38, cold: 0.38 },
    latencyMax: 0.6,
    isExtra: true,
  },
  {
    work: "PNG, a tenth changed",
    query: png,
    change: "tenth",
    gap: "random",
    cpuMax: { warm: 0.2, cold: 0.2 },
    latencyMax: 0.1,
    isExtra: true,
  },
  {
    work: "PNG, nothing changed",
    query: png,
    change: "nothing",
    gap: "random",
    cpuMax: { warm: 0.05, cold: 0.05 },
    latencyMax: 0.02,
    isExtra: true,
  },
  {
    work: "JPEG, all changed",
    query: jpeg,
    change: "all",
    gap: "random",
    cpuMax: { warm: 0.8, cold: 1 },
    latencyMax: 1,
  },
  {
    work: "JPEG, a tenth changed",
    query: jpeg,
    change: "tenth",
    gap: "random",
    cpuMax: { warm: 0.4, cold: 0.7 },
    latencyMax: 0.5,
  },
  {
    work: "JPEG, nothing changed",
    query: jpeg,
    change: "nothing",
    gap: "random",
    cpuMax: { warm: 0.05, cold: 0.05 },
    latencyMax: 1,
    isExtra: true,
  },
  {
    work: "JPEG 320 wide, a tenth changed",
    query: `${jpeg}&width=320`,
    change: "tenth",
    gap: "random",
    cpuMax: { warm: 0.5, cold: 0.8 },
    latencyMax: 1,
  },
  {
    work: "PNG 320 wide, a tenth changed",
    query: `${png}&width=320`,
    change: "tenth",
    gap: "random",
    cpuMax: { warm: 0.5, cold: 0.8 },
    latencyMax: 0.3,
  },
  {
    work: "JPEG once a second, a tenth changed",
    query: jpeg,
    change: "tenth",
    gap: "one second",
    cpuMax: { warm: 0.4, cold: 0.7 },
    latencyMax: 1,
  },
];
