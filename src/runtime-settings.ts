/**
 * What Bun reads from the environment, and only when it starts. Figures of what each brings are in
 * docs/performance.md.
 */
export const runtimeSettings: Readonly<Record<string, string>> = {
  // Bun collects garbage every second, whether there is any or not: 8 to 20 ms of CPU a second for
  // this program, more than serving a classroom. Without that timer JavaScriptCore still collects,
  // by what has been allocated.
  BUN_GC_TIMER_DISABLE: "1",
  // For the same reason JavaScriptCore's own timer, which collects young garbage the sooner the
  // more has been allocated, gets a hundredth of the share of CPU that it has otherwise: what comes
  // from a host is freed at once, and yet counts as allocated.
  BUN_JSC_percentCPUPerMBForEdenTimer: "0.000025",
  // After each turn of the event loop Bun's allocator looks for free parts of pages that are in
  // use, to give them back: half of what an idle server takes, and it finds next to nothing.
  MIMALLOC_PURGE_HOLES: "0",
  // Free pages are given back where a quarter of a mebibyte of them lies together, and by this
  // thread. By default a thread of its own wakes up twelve times a second to give back whatever has
  // been free for 0.1 s. With larger pieces more stays after a classroom has gone.
  MIMALLOC_MINIMAL_PURGE_SIZE: "256K",
  MIMALLOC_SCAVENGER: "0",
};
