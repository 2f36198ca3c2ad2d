/**
 * What the setting WebAPI/ImageEngine chooses between: each engine encodes the same pictures,
 * without a server.
 */
import { desktopKinds, desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import type { EngineName } from "../../src/image/engines/engine.ts";
import type { PictureFormat } from "../../src/image/picture-parameters.ts";
import { TimeSlicer } from "../../src/scheduling/time-slicer.ts";
import { Pictures } from "../../src/image/pictures.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { type Bench, screenSize } from "./bench.ts";
import { type Figure, medianFigure } from "./figure.ts";

/** The JPEG of `wasm` with both others; its PNG is that of `bun`. */
const pairs: readonly (readonly [PictureFormat, EngineName, "bun" | "imagescript"])[] = [
  ["png", "bun", "imagescript"],
  ["jpeg", "wasm", "bun"],
  ["jpeg", "wasm", "imagescript"],
];
const warmUps = 5;
const cacheBytesMax = 128 * 1024 * 1024;

const { width, height } = screenSize;
const changes = [
  { name: "all changed", rect: { x: 0, y: 0, width, height } },
  { name: "a tenth changed", rect: { x: 0, y: 0, width, height: height / 10 } },
];

export async function engineCase(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const desktop of desktopKinds) {
    const { pixels } = await desktopPicture(desktop, width, height);
    for (const [format, engine, otherName] of pairs) {
      bench.say(`${format} by ${engine} and ${otherName}, ${desktop}`);
      for (const { name, rect } of changes) {
        const measure = (by: EngineName) =>
          encodeTimes({ engine: by, format, pixels, rect, count: bench.plan.encodes });
        const ours = await measure(engine);
        const other = await measure(otherName);
        const work = `${format} by ${engine}, ${name}, ${desktop}`;
        const text = { work, quantity: "encode", unit: "ms", otherName };
        figures.push(medianFigure(text, ours, other));
      }
    }
  }
  return figures;
}

interface EncodeRun {
  readonly engine: EngineName;
  readonly format: PictureFormat;
  readonly pixels: Uint32Array;
  /** What changes before each picture. */
  readonly rect: Rect;
  readonly count: number;
}

/** In ms. */
async function encodeTimes(run: EncodeRun): Promise<number[]> {
  const { engine, format, pixels, rect, count } = run;
  const pictures = new Pictures({
    slicer: new TimeSlicer(),
    engine,
    cacheBytesMax,
    enlargementMax: 2,
    warn() {},
  });
  const encoder = pictures.openEncoder();
  const screen = new Framebuffer(width, height);
  screen.pixels.set(pixels);
  const parameters = { format, compression: 5, quality: 75, width: null, height: null };
  const timesMs: number[] = [];
  for (let number = -warmUps; number < count; number++) {
    screen.put({ ...rect, width: 1 }, new Uint32Array(rect.height).fill(number));
    screen.touch(rect);
    for (const _strip of screen.noteChanges());
    const startedAtMs = performance.now();
    await encoder.encode(screen, parameters);
    if (number >= 0) timesMs.push(performance.now() - startedAtMs);
  }
  pictures.close();
  return timesMs;
}
