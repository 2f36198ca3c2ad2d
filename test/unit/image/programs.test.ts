/**
 * Our files in the hands of the programs that everybody has: libpng, libjpeg and ImageMagick as
 * Debian ships them.
 */
import { describe, expect, test } from "bun:test";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import {
  firstDifference,
  mixed,
  noise,
  photo,
  psnr,
  type TestFrame,
  text,
} from "../../support/pictures.ts";
import { decodeWithBun, decodeWithProgram, runOnFile } from "./decoders.ts";
import { engineNames, openPictures, painted, parameters } from "./fixtures.ts";

const frames = [
  painted(1, 1, noise),
  painted(9, 1, noise),
  painted(1, 50, text),
  painted(33, 47, photo),
  painted(160, 96, mixed),
  painted(511, 129, mixed),
];
// Of a picture without any colour pngtopnm would make a grey one.
for (const frame of frames) frame.paint({ x: 0, y: 0, width: 1, height: 1 }, () => 0x123456);

const magick = ["convert-im6.q16", "magick", "convert"].find((name) => Bun.which(name) !== null);

/** A test that is skipped by the program's name where the program is not installed. */
function testWith(program: string | undefined, name: string, run: () => Promise<void>): void {
  const found = program !== undefined && Bun.which(program) !== null;
  test.skipIf(!found)(`${program ?? "ImageMagick"}: ${name}`, run, 30_000);
}

describe.each(engineNames)("by %s", (engine) => {
  const pictures = openPictures(engine);

  /** Each frame whole, and again after a change in the middle of it. */
  async function* files(some: Partial<PictureParameters>) {
    for (const original of frames) {
      const frame = original.snapshot();
      const encoder = pictures.openEncoder();
      for (let time = 0; time < 2; time++) {
        const { bytes } = await encoder.encode(frame, parameters(some));
        yield { frame, bytes };
        const y = frame.height >> 1;
        frame.paint({ x: 0, y, width: frame.width, height: 1 }, (x) => x * 77777);
      }
      encoder.close();
    }
  }

  function samePixels(decoded: { pixels: Uint32Array; width: number }, frame: TestFrame): void {
    expect(decoded.width).toBe(frame.width);
    expect(firstDifference(decoded.pixels, frame.pixels)).toBe(-1);
  }

  testWith("pngcheck", "no complaint", async () => {
    for (const compression of [1, 5, 9]) {
      for await (const { bytes } of files({ compression })) {
        const { exitCode, stdout } = runOnFile(["pngcheck", "-v"], bytes);
        expect({ exitCode, output: stdout.toString() }).toEqual({
          exitCode: 0,
          output: expect.stringContaining("No errors detected"),
        });
      }
    }
  });

  testWith("pngtopnm", "the host's pixels exactly", async () => {
    for await (const { frame, bytes } of files({})) {
      samePixels(decodeWithProgram(["pngtopnm"], bytes), frame);
    }
  });

  testWith(magick, "the host's pixels exactly", async () => {
    const command = [magick!, "-depth", "8"];
    for await (const { frame, bytes } of files({})) {
      const { exitCode, stdout, stderr } = runOnFile(command, bytes, ["rgb:-"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const pixels = Uint32Array.from({ length: stdout.length / 3 }, (_, i) =>
        stdout.readUIntBE(i * 3, 3),
      );
      samePixels({ pixels, width: frame.width }, frame);
    }
  });

  testWith("djpeg", "no warning, and what other decoders see", async () => {
    for (const quality of [10, 75, 100]) {
      for await (const { bytes } of files({ format: "jpeg", quality })) {
        const decoded = decodeWithProgram(["djpeg", "-strict", "-ppm"], bytes);
        const { pixels } = await decodeWithBun(bytes);
        expect(decoded.pixels.length).toBe(pixels.length);
        expect(psnr(decoded.pixels, pixels)).toBeGreaterThan(40);
      }
    }
  });
});
