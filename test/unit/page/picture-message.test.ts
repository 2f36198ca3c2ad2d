import { expect, test } from "bun:test";
import { decodePictureMessage } from "../../../src/page/picture-message.ts";

const decode = (hex: string) => decodePictureMessage(Uint8Array.fromHex(hex).buffer);

test("a message of two runs is read as docs/live.md describes it", async () => {
  const message = decode(
    "01 00 0007 0780 0438 0002 0200 0010 00000003 ffd8d9 0430 0008 00000002 ffd9".replaceAll(
      " ",
      "",
    ),
  )!;
  const { runs, ...head } = message;
  expect(head).toEqual({ view: 7, isWhole: false, width: 1920, height: 1080 });
  expect(runs.map(({ firstRow }) => firstRow)).toEqual([512, 1072]);
  const bytes = await Promise.all(runs.map(({ jpeg }) => jpeg.bytes()));
  expect(bytes.map((each) => each.toHex())).toEqual(["ffd8d9", "ffd9"]);
  expect(runs.map(({ jpeg }) => jpeg.type)).toEqual(["image/jpeg", "image/jpeg"]);
});

test("a whole picture says so, and flags of later servers are left alone", () => {
  expect(decode("01010001004000300000")).toMatchObject({ isWhole: true, view: 1, runs: [] });
  expect(decode("01fe0001004000300000")).toMatchObject({ isWhole: false });
});

test("messages of other kinds are left alone", () => {
  expect(decode("02000000")).toBeNull();
});
