import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addCounts, decodeTestCounts, formatCounts } from "../../../scripts/check-counts.ts";

const output = ` 5 pass
 2 skip
 1 todo
 3 fail
 1 error
 9 expect() calls
Ran 11 tests across 3 files. [607.00ms]
`;

describe("decodeTestCounts", () => {
  test("reads the closing lines of bun test", () => {
    expect(decodeTestCounts(output, 1)).toEqual({ passed: 5, failed: 3, skipped: 3 });
  });

  test("believes only the lines right above the last one", () => {
    const text = `${output}\n 99 pass\nnoise\n\n 1 pass\n 0 fail\nRan 1 test across 1 file. [1.00ms]\n`;
    expect(decodeTestCounts(text, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });

  test.each([
    [
      "a run that was ended from outside",
      " 5 pass\n 0 fail\nRan 5 tests across 1 file. [1s]\n",
      null,
    ],
    [
      "a run that failed without saying so",
      " 5 pass\n 0 fail\nRan 5 tests across 1 file. [1s]\n",
      1,
    ],
    ["a run that ran nothing", " 0 pass\n 0 fail\nRan 0 tests across 1 file. [1s]\n", 0],
    ["a run without closing lines", "segmentation fault\n", 139],
    ["no output at all", "", 0],
  ])("counts %s as a failure", (_, text, exitCode) => {
    expect(decodeTestCounts(text, exitCode).failed).toBe(1);
  });

  test("agrees with the bun test of today", () => {
    const directory = mkdtempSync(join(tmpdir(), "check-counts-"));
    try {
      const head = 'import { expect, test } from "bun:test";\n';
      const write = (name: string, text: string) =>
        writeFileSync(join(directory, name), head + text);
      write(
        "a.test.ts",
        'test("a", () => {});\ntest.skip("b", () => {});\ntest.todo("c");\ntest("d", () => expect(1).toBe(2));',
      );
      write("b.test.ts", 'throw new Error("does not load");');
      const { exitCode, stderr } = Bun.spawnSync([process.execPath, "test", directory], {
        cwd: directory,
      });
      expect(decodeTestCounts(stderr.toString(), exitCode)).toEqual({
        passed: 1,
        failed: 2,
        skipped: 2,
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

test("the closing line", () => {
  expect(formatCounts({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(formatCounts({ passed: 12, failed: 1, skipped: 3 })).toBe(
    "12 passed, 1 failed, 3 skipped",
  );
});

test("counts add up", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(one, { passed: 10, failed: 20, skipped: 30 })).toEqual({
    passed: 11,
    failed: 22,
    skipped: 33,
  });
});
