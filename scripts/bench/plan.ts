/** How much is measured. Times in ms unless a name says otherwise. */
export interface Plan {
  readonly name: "full" | "short" | "quick";
  /** See situations.ts. */
  readonly situations: readonly string[];
  /** After the first login of all, x11vnc stands still for 3.5 s. */
  readonly hostSettleMs: number;
  /**
   * Up to four seconds after the reference has logged in, it does so for up to 5 s, whoever is
   * looking.
   */
  readonly referenceSettleMs: number;
  /** Pictures of each case and side that count, */
  readonly warmRequests: number;
  /** and from the first one on. */
  readonly coldRequests: number;
  /** The part of them that is left of cases that are far from their bounds. */
  readonly extraShare: number;
  /** Before a warm server's first case, without pauses: pictures of a screen that changes, */
  readonly firstWarmUps: number;
  /**
   * and of one that does not, until the JIT compilers have had their say: a server is restarted
   * seldom.
   */
  readonly stillWarmUps: number;
  /** Before each case of warm servers, without pauses. */
  readonly warmUps: number;
  /** And then at the pace of the case, to get used to that. */
  readonly pacedWarmUps: number;
  /** From one request to the next, at random. */
  readonly gapMs: { readonly min: number; readonly max: number };
  readonly ages: number;
  readonly logins: number;
  readonly locks: number;
  /** Waiting for the status of a lock is given up after this long, and counts as that long. */
  readonly lockWaitMaxMs: number;
  readonly wrkRounds: number;
  readonly wrkSeconds: number;
  readonly busyWarmUpMs: number;
  readonly busyMs: number;
  readonly classroomHosts: number;
  /** Of each side, each with a new server. */
  readonly classroomBlocks: number;
  readonly classroomBlockMs: number;
  /** At the pace of the case: the JIT compilers are through with it after a minute. */
  readonly classroomWarmUpMs: number;
  /** Of the hosts that one server watches, the first and the greatest number that is tried. */
  readonly capacityHostsMin: number;
  readonly capacityHostsMax: number;
  readonly capacityWarmUpMs: number;
  readonly capacityMs: number;
  /** Of each engine. */
  readonly encodes: number;
  /** Processes for each engine. */
  readonly engineRounds: number;
  readonly growthHosts: readonly number[];
  /** The reference is not asked to hold more. */
  readonly referenceHostsMax: number;
  readonly growthMs: number;
}

/** An hour and three quarters. */
export const fullPlan: Plan = {
  name: "full",
  situations: ["loopback-warm", "loopback-cold", "network-warm", "network-cold"],
  hostSettleMs: 5000,
  referenceSettleMs: 7000,
  warmRequests: 20,
  coldRequests: 30,
  extraShare: 1,
  firstWarmUps: 500,
  stillWarmUps: 4000,
  warmUps: 50,
  pacedWarmUps: 2,
  gapMs: { min: 1300, max: 3500 },
  ages: 20,
  logins: 15,
  locks: 5,
  lockWaitMaxMs: 10_000,
  wrkRounds: 5,
  wrkSeconds: 5,
  busyWarmUpMs: 5000,
  busyMs: 10_000,
  classroomHosts: 30,
  classroomBlocks: 3,
  classroomBlockMs: 20_000,
  classroomWarmUpMs: 60_000,
  capacityHostsMin: 8,
  capacityHostsMax: 512,
  capacityWarmUpMs: 5000,
  capacityMs: 10_000,
  encodes: 20,
  engineRounds: 5,
  growthHosts: [1, 25, 50, 100, 200, 350, 500],
  referenceHostsMax: 100,
  growthMs: 5000,
};

/** 35 minutes: all that the full one measures, but for fewer and shorter samples. */
export const shortPlan: Plan = {
  ...fullPlan,
  name: "short",
  referenceSettleMs: 5000,
  warmRequests: 8,
  coldRequests: 12,
  extraShare: 0.4,
  firstWarmUps: 300,
  stillWarmUps: 3000,
  warmUps: 30,
  pacedWarmUps: 1,
  gapMs: { min: 600, max: 1400 },
  ages: 5,
  logins: 5,
  locks: 2,
  wrkRounds: 3,
  wrkSeconds: 2,
  busyWarmUpMs: 3000,
  busyMs: 5000,
  classroomBlocks: 1,
  classroomBlockMs: 12_000,
  capacityHostsMax: 256,
  capacityWarmUpMs: 3000,
  capacityMs: 5000,
  growthHosts: [25, 100],
  growthMs: 3000,
};

/** Three minutes; its figures say whether something has gone wrong, not more. */
export const quickPlan: Plan = {
  name: "quick",
  situations: ["loopback-warm", "network-cold"],
  hostSettleMs: 4000,
  referenceSettleMs: 0,
  warmRequests: 2,
  coldRequests: 2,
  extraShare: 0,
  firstWarmUps: 60,
  stillWarmUps: 400,
  warmUps: 5,
  pacedWarmUps: 1,
  gapMs: { min: 700, max: 1100 },
  ages: 1,
  logins: 1,
  locks: 1,
  lockWaitMaxMs: 1500,
  wrkRounds: 1,
  wrkSeconds: 1,
  busyWarmUpMs: 1000,
  busyMs: 1000,
  classroomHosts: 6,
  classroomBlocks: 1,
  classroomBlockMs: 2000,
  classroomWarmUpMs: 1000,
  capacityHostsMin: 4,
  capacityHostsMax: 4,
  capacityWarmUpMs: 1000,
  capacityMs: 2000,
  encodes: 2,
  engineRounds: 1,
  growthHosts: [6],
  referenceHostsMax: 6,
  growthMs: 1000,
};
