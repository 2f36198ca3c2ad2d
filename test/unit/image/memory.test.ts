import { describe, expect, test } from "bun:test";
import type { Codec } from "../../../src/image/strips/codec.ts";
import type { EncodedPicture } from "../../../src/image/strips/encoded-picture.ts";
import { PictureCache } from "../../../src/image/picture-cache.ts";

describe("the cache", () => {
  const nothing = new Uint32Array(0);
  const picture = (bytes: number): EncodedPicture => ({
    codec: {} as Codec,
    revision: 1,
    bytes: new Uint8Array(bytes),
    stripOffsets: nothing,
    checksums: nothing,
    stripRevisions: nothing,
    scaled: null,
  });

  test("holds exactly up to its bound", () => {
    const cache = new PictureCache(3 * 4096);
    for (const key of ["a", "b", "c"]) cache.put(key, picture(4096));
    expect(cache.bytes).toBe(3 * 4096);
    cache.put("d", picture(4096));
    expect(cache.bytes).toBe(3 * 4096);
    expect(cache.get("a")).toBeNull();
    expect(cache.get("b")).not.toBeNull();
  });

  test("drops a picture when it is one byte beyond", () => {
    const cache = new PictureCache(3 * 4096 - 1);
    for (const key of ["a", "b", "c"]) cache.put(key, picture(4096));
    expect(cache.bytes).toBe(2 * 4096);
  });

  test("counts no picture twice, and none that is gone", () => {
    const cache = new PictureCache(3 * 4096);
    cache.put("a", picture(4096));
    cache.put("a", picture(1000));
    expect(cache.bytes).toBe(1000);
    cache.delete("a");
    cache.delete("a");
    expect(cache.get("a")).toBeNull();
    expect(cache.bytes).toBe(0);
  });

  test("a picture above the bound pushes nothing out", () => {
    const cache = new PictureCache(8192);
    cache.put("a", picture(4096));
    cache.put("b", picture(8193));
    expect(cache.get("a")).not.toBeNull();
    expect(cache.get("b")).toBeNull();
    expect(cache.bytes).toBe(4096);
  });
});
