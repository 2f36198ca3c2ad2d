/** What a check, or all of them together, came to. */
export interface CheckCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function addCounts(a: CheckCounts, b: CheckCounts): CheckCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/**
 * The plain closing line that CI reads: "12 passed, 0 failed", with ", 3 skipped" only when some
 * were.
 */
export function formatCounts({ passed, failed, skipped }: CheckCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Counts from what `bun test` ends with on standard error; its JUnit report leaves out files that
 * did not load:
 *
 *      5 pass
 *      2 skip
 *      1 todo
 *      0 fail
 *      9 expect() calls
 *     Ran 8 tests across 3 files. [607.00ms]
 *
 * Whatever the lines say, a run that did not end with code 0, or ran nothing, has failed.
 */
export function decodeTestCounts(output: string, exitCode: number | null): CheckCounts {
  const lines = output.trimEnd().split("\n");
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? across \d+ files?\./.test(line));
  const counts = { pass: 0, skip: 0, todo: 0, fail: 0 };
  for (let index = end - 1; index >= 0; index--) {
    const match = /^ *(\d+) (\w+|expect\(\) calls)\b.*$/.exec(lines[index]);
    if (match === null) break;
    if (match[2] in counts) counts[match[2] as keyof typeof counts] = Number(match[1]);
  }
  const { pass, skip, todo, fail } = counts;
  const clean = exitCode === 0 && pass + skip + todo > 0;
  return { passed: pass, failed: clean ? fail : Math.max(fail, 1), skipped: skip + todo };
}
