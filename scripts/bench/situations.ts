/** Where the hosts are, and how long the servers have been at work. */
export interface Situation {
  readonly name: string;
  /** Whether hosts are on networks of their own, and not on the loopback address. */
  readonly network: boolean | { readonly rateMbit: number };
  /**
   * Warm servers have answered thousands of requests. Cold ones have just been started, for each
   * case anew, and the first requests after the first picture count.
   */
  readonly isWarm: boolean;
}

/**
 * A server beside each Veyon Server is on loopback and mostly cold; a proxy has a network, and is
 * warm.
 */
export const situations: readonly Situation[] = [
  { name: "loopback-warm", network: false, isWarm: true },
  { name: "loopback-cold", network: false, isWarm: false },
  { name: "network-warm", network: true, isWarm: true },
  { name: "network-cold", network: true, isWarm: false },
  // As slow as old cables: what is asked of hosts must do there as well. Only by `--only slow`.
  { name: "slow-warm", network: { rateMbit: 100 }, isWarm: true },
  { name: "slow-cold", network: { rateMbit: 100 }, isWarm: false },
];

/** Bounds that differ between the two. */
export interface ByWarmth {
  readonly warm: number;
  readonly cold: number;
}

export function boundIn({ isWarm }: Situation, { warm, cold }: ByWarmth) {
  return { atMost: isWarm ? warm : cold };
}
