import { describe, expect, test } from "bun:test";
import {
  mixed,
  noise,
  painters,
  photo,
  psnr,
  type TestFrame,
  text,
} from "../../support/pictures.ts";
import { firstDifference } from "../../support/pictures.ts";
import { Image } from "./imagescript-copy.ts";
import { decodePng, decodeWithBun, decodeWithImagescript, readPngChunks } from "./decoders.ts";
import { engineNames, openPictures, painted, painterNames, parameters } from "./fixtures.ts";

const sizes = [
  [1, 1],
  [2, 1],
  [1, 2],
  [3, 1],
  [1, 40],
  [7, 5],
  [16, 16],
  [17, 31],
  [33, 32],
  [32, 33],
  [131, 65],
] as const;

async function encodeOnce(engine: (typeof engineNames)[number], frame: TestFrame, some = {}) {
  const encoder = pictures[engine].openEncoder();
  const { bytes } = await encoder.encode(frame, parameters(some));
  encoder.close();
  return bytes;
}

const pictures = {
  wasm: openPictures("wasm"),
  bun: openPictures("bun"),
  imagescript: openPictures("imagescript"),
};

describe.each(engineNames)("PNG by %s", (engine) => {
  test.each(sizes)("%dx%d has the host's pixels exactly", async (width, height) => {
    for (const name of painterNames) {
      const frame = painted(width, height, painters[name]);
      const png = await encodeOnce(engine, frame);
      for (const decoded of [
        decodePng(png),
        await decodeWithBun(png),
        await decodeWithImagescript(png),
      ]) {
        expect([decoded.width, decoded.height]).toEqual([width, height]);
        expect(firstDifference(decoded.pixels, frame.pixels)).toBe(-1);
      }
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("compression %d loses nothing", async (compression) => {
    for (const painter of [mixed, noise]) {
      // More than 64 KB, so that there is more than one stored block.
      const frame = painted(221, 137, painter);
      const png = await encodeOnce(engine, frame, { compression });
      expect(firstDifference(decodePng(png).pixels, frame.pixels)).toBe(-1);
      const decoded = await decodeWithImagescript(png);
      expect(firstDifference(decoded.pixels, frame.pixels)).toBe(-1);
    }
  });

  test("1 does not compress, 5 does, 9 is the smallest", async () => {
    const frame = painted(320, 200, mixed);
    const size = async (compression: number) =>
      (await encodeOnce(engine, frame, { compression })).length;
    expect(await size(1)).toBeGreaterThan((1 + 3 * 320) * 200);
    expect(await size(5)).toBeLessThan((3 * 320 * 200) / 2);
    expect(await size(9)).toBeLessThan(await size(5));
  });

  test("8-bit RGB, no chunk but the necessary ones", async () => {
    for (const compression of [1, 5]) {
      const chunks = readPngChunks(
        await encodeOnce(engine, painted(50, 70, text), { compression }),
      );
      expect(chunks[0].type).toBe("IHDR");
      expect(chunks[0].data.toHex()).toBe("0000003200000046" + "0802000000");
      expect(new Set(chunks.slice(1, -1).map(({ type }) => type))).toEqual(new Set(["IDAT"]));
      expect(chunks.at(-1)!.type).toBe("IEND");
    }
  });
});

const encodeWholeByBun = (_frame: TestFrame, png: Uint8Array, quality: number) =>
  new Bun.Image(png).jpeg({ quality }).bytes();

/** The whole picture as one JPEG of the same engine, by another path than ours. */
const encodeWhole = {
  // Its strips are the same bytes as Bun's, see wasm-jpeg.test.ts.
  wasm: encodeWholeByBun,
  bun: encodeWholeByBun,
  imagescript: (frame: TestFrame, _png: Uint8Array, quality: number) => {
    const image = new Image(frame.width, frame.height);
    const view = new DataView(image.bitmap.buffer);
    frame.pixels.forEach((pixel, i) => view.setUint32(i * 4, ((pixel << 8) | 0xff) >>> 0));
    return image.encodeJPEG(quality as 75);
  },
};

describe.each(engineNames)("JPEG by %s", (engine) => {
  test.each(sizes)("%dx%d is the same as encoded whole", async (width, height) => {
    for (const name of painterNames) {
      const frame = painted(width, height, painters[name]);
      const png = await encodeOnce("bun", frame);
      for (const quality of [1, 75, 100]) {
        const jpeg = await encodeOnce(engine, frame, { format: "jpeg", quality });
        const whole = await encodeWhole[engine](frame, png, quality);
        for (const decode of [decodeWithBun, decodeWithImagescript]) {
          const decoded = await decode(jpeg);
          expect([decoded.width, decoded.height]).toEqual([width, height]);
          expect(firstDifference(decoded.pixels, (await decode(whole)).pixels)).toBe(-1);
        }
      }
    }
  });

  test("loses little, and less the higher the quality", async () => {
    const bounds = [
      [photo, 36],
      [text, 27],
      [mixed, 29],
    ] as const;
    for (const [painter, decibels] of bounds) {
      const frame = painted(320, 200, painter);
      const at = async (quality: number) => {
        const jpeg = await encodeOnce(engine, frame, { format: "jpeg", quality });
        return psnr((await decodeWithBun(jpeg)).pixels, frame.pixels);
      };
      expect(await at(75)).toBeGreaterThan(decibels);
      expect(await at(100)).toBeGreaterThan(await at(75));
      expect(await at(75)).toBeGreaterThan(await at(10));
    }
  });

  test("more than eight strips, each with a restart marker of its own", async () => {
    const jpeg = await encodeOnce(engine, painted(40, 16 * 11, noise), { format: "jpeg" });
    const markers = [
      ...Buffer.from(jpeg)
        .toString("hex")
        .matchAll(/(?:..)*?ff(d[0-7])/g),
    ];
    expect(markers.map(([, marker]) => marker)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 0, 1].map((number) => `d${number}`),
    );
  });
});

describe.each(engineNames)("by %s", (engine) => {
  const kinds = [
    { format: "png" },
    { format: "png", compression: 1 },
    { format: "jpeg" },
    { format: "png", width: 50 },
    { format: "jpeg", width: 50 },
  ] as const;

  test("equal pixels give equal bytes", async () => {
    for (const kind of kinds) {
      const frame = painted(150, 100, mixed);
      const again = painted(150, 100, mixed);
      // The unused byte is the host's affair.
      again.pixels.forEach((pixel, i) => (again.pixels[i] = pixel ^ 0xa5000000));
      expect(await encodeOnce(engine, again, kind)).toEqual(await encodeOnce(engine, frame, kind));
    }
  });

  test("sizes are those of the reference", async () => {
    const frame = painted(64, 48, text);
    for (const [width, height, expected] of [
      [null, null, [64, 48]],
      [63, null, [63, 47]],
      [null, 7, [9, 7]],
      [1, null, [64, 48]],
      [200, 150, [200, 150]],
      [5, 90, [5, 90]],
    ] as const) {
      for (const format of ["png", "jpeg"] as const) {
        const decoded = await decodeWithBun(
          await encodeOnce(engine, frame, { format, width, height }),
        );
        expect([decoded.width, decoded.height]).toEqual([...expected]);
      }
    }
  });
});

test("a screen of 5120x1440", async () => {
  const frame = painted(5120, 1440, text);
  const decoded = decodePng(await encodeOnce("bun", frame));
  expect(firstDifference(decoded.pixels, frame.pixels)).toBe(-1);
  const jpeg = await decodeWithBun(await encodeOnce("bun", frame, { format: "jpeg" }));
  expect(psnr(jpeg.pixels, frame.pixels)).toBeGreaterThan(27);
});

describe("parameters that no picture has", () => {
  const wrong = [
    [{ compression: 0 }, "Cannot encode png: compression 0, wanted 1-9"],
    [{ compression: 10 }, "Cannot encode png: compression 10, wanted 1-9"],
    [{ compression: 1.5 }, "Cannot encode png: compression 1.5, wanted 1-9"],
    [{ compression: NaN }, "Cannot encode png: compression NaN, wanted 1-9"],
    [{ format: "jpeg", quality: 0 }, "Cannot encode jpeg: quality 0, wanted 1-100"],
    [{ format: "jpeg", quality: 101 }, "Cannot encode jpeg: quality 101, wanted 1-100"],
    [{ width: 100000, height: 2 }, "Cannot make picture: 100000x2, wanted sides of 1 to 16384"],
  ] as const;
  test.each(wrong)("%p", async (some, message) => {
    const encoder = pictures.bun.openEncoder();
    const frame = painted(10, 10, text);
    await expect(encoder.encode(frame, parameters(some))).rejects.toThrow(message);
    expect(() => encoder.etag(frame, parameters(some))).toThrow(message);
  });

  test("those of the other format do not matter", async () => {
    const frame = painted(10, 10, text);
    await encodeOnce("bun", frame, { format: "jpeg", compression: 0 });
    await encodeOnce("bun", frame, { format: "png", quality: 0 });
  });
});
