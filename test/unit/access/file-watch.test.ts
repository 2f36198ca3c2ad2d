import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { FileWatch } from "../../../src/access/file-watch.ts";
import { until } from "../../sim/support/until.ts";

test("a change that could not be taken over is told of again, and one that could is not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-watch-"));
  const file = join(folder, "tokens.json");
  writeFileSync(file, "a");
  let calls = 0;
  const watch = await FileWatch.start(file, async () => ++calls === 3);
  try {
    writeFileSync(file, "another");
    await until("the third call", () => calls === 3, 15_000);
    writeFileSync(join(folder, "other"), "");
    // The next look finds the file as it was taken over; a change is told of all the same.
    writeFileSync(file, "the last");
    await until("another call", () => calls > 3, 15_000);
  } finally {
    watch.close();
    rmSync(folder, { recursive: true });
  }
  expect(calls).toBe(4);
}, 30_000);
