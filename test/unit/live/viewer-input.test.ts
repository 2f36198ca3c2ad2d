/** What a viewer of RFB may copy to a computer, by a clock that stands still until it is moved. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { HeldInput } from "../../../src/live/held-input.ts";
import { viewerInput } from "../../../src/live/viewer-input.ts";
import { clipboardUnitsMax } from "../../../src/veyon/clipboard-message.ts";

let copied: number[];
const held = { clipboard: (text: string) => copied.push(text.length) } as unknown as HeldInput;

beforeEach(() => {
  jest.useFakeTimers();
  copied = [];
});
afterEach(() => jest.useRealTimers());

test("a text that no host takes is left out", () => {
  const input = viewerInput(held);
  for (const units of [clipboardUnitsMax, clipboardUnitsMax + 1])
    input.clipboard("x".repeat(units));
  expect(copied).toEqual([clipboardUnitsMax]);
});

test("texts that come too fast are left out, until there is room again", () => {
  const input = viewerInput(held);
  const longest = "x".repeat(clipboardUnitsMax);
  for (let count = 0; count < 100; count++) input.clipboard(longest);
  expect(copied).toHaveLength(3);
  jest.advanceTimersByTime(1000);
  input.clipboard(longest);
  expect(copied).toHaveLength(4);
});
