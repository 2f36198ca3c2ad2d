/** A picture that was half painted when its host was lost is given to nobody. */
import { expect, test } from "bun:test";
import { Screen } from "../../../src/rfb/screen.ts";
import { openAccount, openLine } from "../../support/rfb-parts.ts";
import type { UpdateStep } from "../../../src/rfb/update-reader.ts";

const size = { width: 4, height: 4 };

function paint(decodeRect: () => Generator<void, void>): UpdateStep {
  const decoder = {
    readRect: () => Promise.resolve(null),
    decodeRect,
    close() {},
  };
  return { kind: "paint", rect: { x: 0, y: 0, ...size }, decoder, payload: null };
}

test("a look that waits for the end of an update gets the reason why it never ends", async () => {
  const screen = new Screen({ size, line: openLine(), memory: openAccount() });
  await screen.apply([paint(function* () {})]);
  const picture = screen.picture!;
  let looked = 0;
  const painting = screen.apply([
    paint(function* () {
      yield;
      throw new Error("damaged");
    }),
  ]);
  const look = picture.whenStill(() => looked++);
  await expect(painting).rejects.toThrow("damaged");
  screen.free(new Error("the host is gone"));
  await expect(look).rejects.toThrow("the host is gone");
  await expect(picture.whenStill(() => looked++)).rejects.toThrow("the host is gone");
  expect(looked).toBe(0);
});
