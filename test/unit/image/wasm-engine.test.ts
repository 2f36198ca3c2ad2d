/**
 * Whole files by the engine `wasm` are to be what libjpeg writes, byte for byte: Bun's codec is
 * libjpeg-turbo, and `cjpeg` is libjpeg's own program.
 */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Pictures } from "../../../src/image/pictures.ts";
import { mixed, painters, photo, psnr, type TestFrame, text } from "../../support/pictures.ts";
import { decodeWithProgram, runOnFile } from "./decoders.ts";
import { openPictures, painted, parameters } from "./fixtures.ts";

const root = join(import.meta.dir, "../../..");

const sizes = [
  [1, 1],
  [17, 33],
  [160, 96],
  [333, 250],
] as const;

/** The whole picture by libjpeg's program. */
function encodeWithCjpeg({ width, height, pixels }: TestFrame, ...options: string[]): Uint8Array {
  const rgb = Buffer.alloc(width * height * 3);
  pixels.forEach((pixel, i) => rgb.writeUIntBE(pixel & 0xffffff, i * 3, 3));
  const ppm = Buffer.concat([Buffer.from(`P6 ${width} ${height} 255\n`), rgb]);
  const command = ["cjpeg", "-sample", "2x2", "-baseline", "-restart", "1", ...options];
  const { exitCode, stdout, stderr } = runOnFile(command, ppm);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

async function encodeWith(pictures: Pictures, frame: TestFrame, quality: number) {
  const encoder = pictures.openEncoder();
  const { bytes } = await encoder.encode(frame, parameters({ format: "jpeg", quality }));
  encoder.close();
  return bytes;
}

describe("a file", () => {
  const [wasm, bun] = [openPictures("wasm"), openPictures("bun")];

  test.each(sizes)("of %dx%d is the same bytes by wasm and by bun", async (width, height) => {
    for (const painter of [mixed, painters.noise, painters.flat]) {
      const frame = painted(width, height, painter);
      for (const quality of [1, 49, 50, 75, 100]) {
        const ours = await encodeWith(wasm, frame, quality);
        expect(ours).toEqual(await encodeWith(bun, frame, quality));
      }
    }
  });

  const hasCjpeg = Bun.which("cjpeg") !== null && Bun.which("djpeg") !== null;

  test.skipIf(!hasCjpeg)("is what cjpeg makes of the whole picture", async () => {
    for (const [width, height] of sizes) {
      for (const painter of [mixed, painters.noise]) {
        const frame = painted(width, height, painter);
        for (const quality of [1, 30, 75, 92, 100]) {
          const options = ["-dct", "int", "-quality", String(quality)];
          const ours = await encodeWith(wasm, frame, quality);
          expect(Buffer.from(ours).equals(encodeWithCjpeg(frame, ...options))).toBe(true);
        }
      }
    }
  });

  test.skipIf(!hasCjpeg)("is as good and as large as one of cjpeg in floating point", async () => {
    for (const painter of [mixed, text, photo]) {
      const frame = painted(640, 360, painter);
      for (const quality of [10, 50, 75, 90]) {
        const ours = await encodeWith(wasm, frame, quality);
        const theirs = encodeWithCjpeg(frame, "-dct", "float", "-quality", String(quality));
        const decibels = [ours, theirs].map((file) =>
          psnr(decodeWithProgram(["djpeg", "-ppm", "-dct", "float"], file).pixels, frame.pixels),
        );
        expect(Math.abs(decibels[0] - decibels[1])).toBeLessThan(0.3);
        // libjpeg's own two kinds of DCT differ by as much.
        expect(Math.abs(ours.length / theirs.length - 1)).toBeLessThan(0.02);
      }
    }
  });
});

describe("without what the encoder needs, auto goes on with bun and says so once", () => {
  const script = `
    import { Pictures } from "${root}/src/image/pictures.ts";
    import { TimeSlicer } from "${root}/src/scheduling/time-slicer.ts";
    import { TestFrame } from "${root}/test/support/pictures.ts";
    const warn = (message) => console.log(message);
    const slicer = new TimeSlicer();
    const pictures = new Pictures({ slicer, engine: "auto", cacheBytesMax: 0, warn });
    const jpeg = { format: "jpeg", compression: 5, quality: 75, width: null, height: null };
    for (let time = 0; time < 2; time++) {
      const { bytes } = await pictures.openEncoder().encode(new TestFrame(40, 40), jpeg);
      console.log(bytes[0], bytes[1], bytes.length > 600);
    }
    pictures.close();`;

  test.each([
    ["SIMD", "BUN_JSC_useWasmSIMD", /: .*doesn't parse.*; wanted WebAssembly with SIMD/],
    ["a compiler", "BUN_JSC_useJIT", /: WebAssembly is interpreted; wanted WebAssembly/],
  ])("%s", (_what, option, warning) => {
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script], {
      cwd: root,
      env: { ...process.env, [option]: "0" },
    });
    const lines = stdout.toString().trimEnd().split("\n");
    expect(lines[0]).toMatch(/^Cannot use the JPEG encoder in WebAssembly/);
    expect(lines[0]).toMatch(warning);
    expect(lines.slice(1)).toEqual(["255 216 true", "255 216 true"]);
  });
});
