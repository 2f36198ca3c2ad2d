/**
 * CPU time of JPEG pictures by one engine, in a process that has encoded nothing before:
 *
 *     bun engine-cpu.ts '{"engine":"wasm","width":320,"height":180,"changedRows":48,"count":30}'
 *
 * Prints, as a JSON array, what all threads have used for each picture until they were at rest, in
 * ms, less what they use in the same time without a picture.
 */
import "../../src/replace-process.ts";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import type { EngineName } from "../../src/image/engines/engine.ts";
import type { PictureParameters } from "../../src/image/picture-parameters.ts";
import { TimeSlicer } from "../../src/scheduling/time-slicer.ts";
import { Pictures } from "../../src/image/pictures.ts";
import { Framebuffer } from "../../src/rfb/framebuffer.ts";
import { cpuMs } from "./process-usage.ts";
import { median } from "./statistics.ts";

export interface EngineCpuOptions {
  readonly engine: EngineName;
  readonly width: number;
  readonly height: number;
  /** Of a text desktop, from the second picture on; each time the next ones. */
  readonly changedRows: number;
  readonly count: number;
}

const restMs = 40;
const idleCount = 10;
const jpeg: PictureParameters = {
  format: "jpeg",
  compression: 5,
  quality: 75,
  width: null,
  height: null,
};

const options = JSON.parse(process.argv[2]) as EngineCpuOptions;
const { engine, width, height, changedRows } = options;
const desktop = await desktopPicture("text", width, height);
const screen = new Framebuffer(width, height);
screen.put({ x: 0, y: 0, width, height }, desktop.pixels);
const slicer = new TimeSlicer();
const cacheBytesMax = 128 * 1024 * 1024;
const pictures = new Pictures({
  slicer,
  engine,
  cacheBytesMax,
  enlargementMax: 2,
  warn: console.error,
});
const encoder = pictures.openEncoder();

const usedMs: number[] = [];
for (let number = 0; number < options.count; number++) {
  change(number);
  usedMs.push(await cpuMsOf(() => encoder.encode(screen, jpeg)));
}
const idleMs: number[] = [];
while (idleMs.length < idleCount) idleMs.push(await cpuMsOf(() => Promise.resolve()));
console.log(JSON.stringify(usedMs.map((used) => used - median(idleMs))));
process.exit();

function change(number: number): void {
  const bands = Math.floor(height / changedRows);
  const rect = { x: 0, y: (number % bands) * changedRows, width, height: changedRows };
  screen.put({ ...rect, width: 1 }, new Uint32Array(changedRows).fill(number));
  screen.touch(rect);
  for (const _strip of screen.noteChanges());
}

async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  await Bun.sleep(restMs);
  const before = cpuMs(process.pid);
  await work();
  await Bun.sleep(restMs);
  return cpuMs(process.pid) - before;
}
