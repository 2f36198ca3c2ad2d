import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";

/** How much is measured. Times in ms unless a name says otherwise. */
export interface Plan {
  readonly name: "full" | "quick";
  readonly desktops: readonly DesktopKind[];
  /**
   * About one second after the reference has logged in, x11vnc stands still for up to 5 s, whoever
   * is looking.
   */
  readonly referenceSettleMs: number;
  /** Pictures of each case and side. */
  readonly requests: number;
  /** Before a server's first case, without pauses: pictures of a screen that changes, */
  readonly firstWarmUps: number;
  /**
   * and of one that does not, until the JIT compilers have had their say: a server is restarted
   * seldom.
   */
  readonly stillWarmUps: number;
  /** Before each case, without pauses. */
  readonly warmUps: number;
  /** And between the two, at the pace of the case, to get used to that. */
  readonly pacedWarmUps: number;
  /** From one request to the next, at random. */
  readonly gapMs: { readonly min: number; readonly max: number };
  readonly evenPolls: number;
  /** Of the age of pictures and of the state of a lock. */
  readonly viewerSamples: number;
  readonly logins: number;
  /** Waiting for the status of a lock is given up after this long, and counts as that long. */
  readonly lockWaitMaxMs: number;
  readonly wrkRounds: number;
  readonly wrkSeconds: number;
  readonly busyWarmUpMs: number;
  readonly busyMs: number;
  readonly classroomHosts: number;
  /** Of each side, in this many blocks. */
  readonly classroomMs: number;
  readonly classroomBlocks: number;
  readonly classroomWarmUpMs: number;
  /** Processes for each engine. */
  readonly engineRounds: number;
  readonly growthHosts: readonly number[];
  /** The reference is not asked to hold more. */
  readonly referenceHostsMax: number;
  readonly growthMs: number;
}

export const fullPlan: Plan = {
  name: "full",
  desktops: ["text", "mixed", "photo"],
  referenceSettleMs: 7000,
  requests: 20,
  firstWarmUps: 500,
  stillWarmUps: 4000,
  warmUps: 50,
  pacedWarmUps: 2,
  gapMs: { min: 1300, max: 3500 },
  evenPolls: 20,
  viewerSamples: 20,
  logins: 20,
  lockWaitMaxMs: 10_000,
  wrkRounds: 5,
  wrkSeconds: 5,
  busyWarmUpMs: 5000,
  busyMs: 10_000,
  classroomHosts: 30,
  classroomMs: 60_000,
  classroomBlocks: 1,
  classroomWarmUpMs: 20_000,
  engineRounds: 5,
  growthHosts: [1, 25, 50, 100, 200, 350, 500],
  referenceHostsMax: 100,
  growthMs: 5000,
};

/** Under two minutes; its figures say whether something has gone wrong, not more. */
export const quickPlan: Plan = {
  name: "quick",
  desktops: ["text"],
  referenceSettleMs: 2000,
  requests: 2,
  firstWarmUps: 60,
  stillWarmUps: 400,
  warmUps: 5,
  pacedWarmUps: 1,
  gapMs: { min: 700, max: 1100 },
  evenPolls: 2,
  viewerSamples: 1,
  logins: 1,
  lockWaitMaxMs: 1500,
  wrkRounds: 1,
  wrkSeconds: 1,
  busyWarmUpMs: 1000,
  busyMs: 1000,
  classroomHosts: 6,
  classroomMs: 3000,
  classroomBlocks: 1,
  classroomWarmUpMs: 1000,
  engineRounds: 1,
  growthHosts: [6],
  referenceHostsMax: 6,
  growthMs: 1000,
};
