import { expect, test } from "bun:test";
import { missingPackages } from "../../../scripts/debian-packages.ts";

test("only what is installed is not missing", () => {
  const lines =
    "installed xvfb\nconfig-files xterm\nnot-installed pngcheck\ninstalled xvfb-extra\n";
  expect(missingPackages(["xvfb", "xterm", "pngcheck", "chromium"], lines)).toEqual([
    "xterm",
    "pngcheck",
    "chromium",
  ]);
  expect(missingPackages(["xvfb"], "")).toEqual(["xvfb"]);
});
