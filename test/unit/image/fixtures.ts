/**
 * What the tests of pictures have in common: parameters, encoders that end with the test, painted
 * frames.
 */
import { afterAll } from "bun:test";
import type { EngineChoice } from "../../../src/image/engines/engines.ts";
import type { PictureParameters } from "../../../src/image/picture-parameters.ts";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import { Pictures } from "../../../src/image/pictures.ts";
import { type Painter, painters, randomFrom, TestFrame } from "../../support/pictures.ts";

export const engineNames = ["wasm", "bun", "imagescript"] as const;

export function parameters(some: Partial<PictureParameters> = {}): PictureParameters {
  return { format: "png", compression: 5, quality: 75, width: null, height: null, ...some };
}

/** Closed when all tests of the file are done. */
export function openPictures(engine: EngineChoice, cacheBytesMax = 16 * 1024 * 1024): Pictures {
  const pictures = new Pictures({
    slicer: new TimeSlicer(),
    engine,
    cacheBytesMax,
    enlargementMax: 2,
    warn: (message) => {
      throw new Error(`unexpected warning: ${message}`);
    },
  });
  afterAll(() => pictures.close());
  return pictures;
}

export function painted(width: number, height: number, painter: Painter, seed = 1): TestFrame {
  const frame = new TestFrame(width, height);
  return frame.paint(frame.all, painter(randomFrom(seed)));
}

export const painterNames = Object.keys(painters) as (keyof typeof painters)[];
