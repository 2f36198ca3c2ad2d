import { describe, expect, test } from "bun:test";
import { PictureError } from "../../../src/image/picture-error.ts";
import { pictureLimits } from "../../../src/image/picture-limits.ts";
import type { Size } from "../../../src/rfb/size.ts";
import { type RequestedSize, scaledSize } from "../../../src/image/scaling/scaled-size.ts";

const screen = { width: 64, height: 48 };
const { enlargedPixelsMin } = pictureLimits;

/** Without a limit of its own for enlarged pictures. */
const scaled = (frame: Size, requested: RequestedSize) => scaledSize(frame, requested, 1000);

describe("the reference's answers for a screen of 64x48", () => {
  const cases: [number | null, number | null, string][] = [
    [null, null, "64x48"],
    [63, null, "63x47"],
    [32, null, "32x24"],
    [64, null, "64x48"],
    [100, null, "64x48"],
    [null, 7, "9x7"],
    [null, 1, "1x1"],
    [null, 48, "64x48"],
    [null, 100, "64x48"],
    // The other side would be 0.
    [1, null, "64x48"],
    [2, null, "2x1"],
    [10, 10, "10x10"],
    [1, 1, "1x1"],
    [100, 100, "100x100"],
    [64, 1, "64x1"],
    // Counts as not given.
    [0, null, "64x48"],
    [0, 24, "32x24"],
    [-5, -5, "64x48"],
  ];
  test.each(cases)("width %p, height %p: %s", (width, height, expected) => {
    const size = scaled(screen, { width, height });
    expect(`${size.width}x${size.height}`).toBe(expected);
  });

  test("a side of which the other is 0 on a portrait screen, too", () => {
    expect(scaled({ width: 48, height: 64 }, { width: null, height: 1 })).toEqual({
      width: 48,
      height: 64,
    });
  });
});

describe("limits", () => {
  const { sidePixelsMax, scaledPixelsMax } = pictureLimits;
  const refused = (frame: Size, width: number, height: number, enlargementMax = 1000) => {
    try {
      scaledSize(frame, { width, height }, enlargementMax);
      return null;
    } catch (error) {
      expect(error).toBeInstanceOf(PictureError);
      expect((error as PictureError).reason).toBe("parameters");
      return (error as PictureError).message;
    }
  };

  test("a side at the limit and one beyond", () => {
    expect(refused(screen, sidePixelsMax, 1)).toBeNull();
    expect(refused(screen, 1, sidePixelsMax)).toBeNull();
    expect(refused(screen, sidePixelsMax + 1, 1)).toBe(
      "Cannot make picture: 16385x1, wanted sides of 1 to 16384 pixels",
    );
    expect(refused(screen, 1, sidePixelsMax + 1)).not.toBeNull();
    expect(refused(screen, 1e300, 1e300)).not.toBeNull();
  });

  test("an area at the limit and one beyond", () => {
    const width = 4096;
    const height = scaledPixelsMax / width;
    expect(refused(screen, width, height)).toBeNull();
    expect(refused(screen, width, height + 1)).toBe(
      "Cannot scale picture: 4096x8101, wanted up to 33177600 pixels (WebAPI/EnlargementLimit)",
    );
  });

  test("twice the screen, and one row more", () => {
    const large = { width: 1920, height: 1080 };
    expect(refused(large, 3840, 2160, 2)).toBeNull();
    expect(refused(large, 3840, 2161, 2)).toContain("wanted up to 8294400 pixels");
    expect(refused(large, 3840, 2161, 3)).toBeNull();
  });

  test("a small screen is enlarged to full HD whatever the limit", () => {
    expect(refused(screen, 1920, enlargedPixelsMin / 1920, 1)).toBeNull();
    expect(refused(screen, 1920, enlargedPixelsMin / 1920 + 1, 2)).not.toBeNull();
  });

  test("a screen's own size is made whatever its area", () => {
    const large = { width: 16384, height: 4096 };
    expect(scaled(large, { width: null, height: null })).toEqual(large);
    expect(refused(large, 16384, 4095)).not.toBeNull();
  });

  test("a screen without pixels", () => {
    expect(() => scaled({ width: 0, height: 10 }, { width: null, height: null })).toThrow(
      "Cannot make picture: 0x10, wanted sides of 1 to 16384 pixels",
    );
  });
});
