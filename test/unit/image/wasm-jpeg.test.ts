/** The JPEG encoder in WebAssembly is to write what Bun's own, libjpeg-turbo, writes. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBunJpeg } from "../../../src/image/engines/bun/bun-jpeg.ts";
import { splitJpeg } from "../../../src/image/jpeg/jpeg-file.ts";
import {
  createStrip,
  headerWords,
  type PixelStrip,
} from "../../../src/image/strips/pixel-strip.ts";
import { JpegEncoder } from "../../../src/image/engines/wasm/jpeg-encoder.ts";
import {
  mixed,
  type Painter,
  painters,
  randomBelow,
  randomFrom,
  type TestFrame,
} from "../../support/pictures.ts";
import { painted } from "./fixtures.ts";

const root = join(import.meta.dir, "../../..");
const eoi = 0xd9;

test("encoder.wasm is what its source compiles to", () => {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-wasm-"));
  try {
    const outfile = join(folder, "encoder.wasm");
    const build = [process.execPath, "scripts/build-wasm.ts", "--outfile", outfile];
    const { exitCode, stderr } = Bun.spawnSync(build, { cwd: root });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    const committed = readFileSync(join(root, "src/image/engines/wasm/encoder.wasm"));
    expect(readFileSync(outfile).equals(committed)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("encoder.wasm has nothing of AssemblyScript's own library, whose licence would be due", () => {
  const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
  const source = join(root, "src/image/engines/wasm/encoder/strip.ts");
  // Not optimized, so that what is called has a name; the text goes to standard output.
  const options = ["--debug", "--runtime", "stub", "--use", "abort=", "--enable", "simd"];
  const command = [process.execPath, compiler, source, "--noAssert", "--textFile", ...options];
  const text = Bun.spawnSync(command, { cwd: root }).stdout.toString();
  const functions = [...text.matchAll(/^ \(func \$(\S+)/gm)].map(([, name]) => name);
  expect(functions).toContain("src/image/engines/wasm/encoder/strip/encodeStrip");
  expect(functions.filter((name) => name.startsWith("~lib/"))).toEqual([]);
});

/** Only black and white, and the colours between which conversion goes furthest. */
const extremes = [0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff];
const hard: Record<string, Painter> = {
  ...painters,
  "black and white by chance": (random) => () => (random() < 0.5 ? 0 : 0xffffff),
  "extremes by chance": (random) => () => extremes[randomBelow(random, extremes.length)],
  "columns of extremes": (random) => {
    const salt = randomBelow(random, extremes.length);
    return (x) => extremes[(x + salt) % extremes.length];
  },
  chessboard: () => (x, y) => ((x ^ y) & 1 ? 0 : 0xffffff),
  "columns of four": () => (x) => ((x >> 1) & 1 ? 0 : 0xffffff),
  "rows of four": () => (_x, y) => ((y >> 1) & 1 ? 0 : 0xffffff),
  "a colour that changes within": (random) => {
    const at = randomBelow(random, 32);
    return (x, y) => (y * 16 + x === at ? 0x808081 : 0x808080);
  },
};

function stripOf({ width, height, pixels }: TestFrame): PixelStrip {
  const strip = createStrip(width, height);
  strip.words.set(pixels, headerWords);
  return strip;
}

async function expectBytesOfBun(encoder: JpegEncoder, frame: TestFrame, quality: number) {
  const strip = stripOf(frame);
  const ours = encoder.encodeStrip(strip, quality, eoi);
  const { scan } = splitJpeg(await encodeBunJpeg(strip, quality));
  expect(ours.toHex()).toBe(scan.toHex());
}

describe("a strip is the same bytes as Bun's", () => {
  const encoder = new JpegEncoder();

  test.each(Object.entries(hard))("%s, at every quality", async (_name, painter) => {
    for (let quality = 1; quality <= 100; quality++) {
      await expectBytesOfBun(encoder, painted(43, 16, painter, quality), quality);
    }
  });

  test("of every width and height", async () => {
    for (let width = 1; width <= 40; width++) {
      for (let height = 1; height <= 16; height++) {
        await expectBytesOfBun(encoder, painted(width, height, painters.noise, height), 90);
      }
    }
  });

  test("whatever was encoded before", async () => {
    const encoder = new JpegEncoder();
    const random = randomFrom(7);
    for (let time = 0; time < 100; time++) {
      const [width, height] = [1 + randomBelow(random, 3000), 1 + randomBelow(random, 16)];
      const quality = [1, 75, 100][time % 3];
      const painter = time % 2 === 0 ? painters.noise : mixed;
      await expectBytesOfBun(encoder, painted(width, height, painter, time), quality);
    }
  });

  test("as wide as pictures may be, and as large as strips become", async () => {
    const encoder = new JpegEncoder();
    const frame = painted(16384, 16, hard["black and white by chance"]);
    await expectBytesOfBun(encoder, frame, 100);
    await expectBytesOfBun(encoder, painted(1, 1, painters.noise), 100);
  });
});
