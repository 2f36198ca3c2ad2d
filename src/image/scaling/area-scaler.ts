import { type Axis, scaleAxis } from "./axis.ts";
import type { Size } from "../../rfb/size.ts";
import type { PixelRows } from "../strips/pixel-strip.ts";
import type { Rows, Scaler } from "./scaler.ts";

/** Pixels that can be added up in one word, red and blue in a half each: 255 * 257 = 65535. */
const packedSumMax = 257;

/** A row scaled across: red, green and blue of each pixel, not yet divided by the axis' total. */
interface ScaledRow {
  sourceRow: number;
  readonly channels: Float64Array;
}

/**
 * Scales strips of a frame to strips of a picture: every pixel is the average over its exact area
 * in the frame, rounded once. Rows are scaled across first, which leaves little to add up in the
 * other direction.
 */
export class AreaScaler implements Scaler {
  readonly #across: Axis;
  readonly #down: Axis;

  constructor(
    frame: Size,
    readonly size: Size,
  ) {
    this.#across = scaleAxis(frame.width, size.width);
    this.#down = scaleAxis(frame.height, size.height);
  }

  sourceRows({ firstRow, rows }: Rows): Rows {
    const first = this.#down.first[firstRow];
    return { firstRow: first, rows: this.#down.last[firstRow + rows - 1] - first + 1 };
  }

  /** Yields after each row of the frame. */
  *scale(source: PixelRows, firstRow: number, target: PixelRows): Generator<void, void> {
    const down = this.#down;
    const sourceFirst = down.first[firstRow];
    const { width, rows } = target;
    const sums = new Float64Array(width * 3);
    // Neighbouring rows of the picture share one row of the frame, or two when enlarging.
    let older: ScaledRow = { sourceRow: -1, channels: new Float64Array(width * 3) };
    let newer: ScaledRow = { sourceRow: -1, channels: new Float64Array(width * 3) };
    for (let row = 0; row < rows; row++) {
      const y = firstRow + row;
      const last = down.last[y];
      sums.fill(0);
      for (let sourceRow = down.first[y]; sourceRow <= last; sourceRow++) {
        if (older.sourceRow === sourceRow) [older, newer] = [newer, older];
        if (newer.sourceRow !== sourceRow) {
          [older, newer] = [newer, older];
          newer.sourceRow = sourceRow;
          const start = source.start + (sourceRow - sourceFirst) * source.stride;
          scaleRow(source.words, start, this.#across, newer.channels);
          yield;
        }
        const weight =
          sourceRow === down.first[y]
            ? down.firstWeight[y]
            : sourceRow === last
              ? down.lastWeight[y]
              : 1;
        addRow(sums, newer.channels, weight);
      }
      const divisor = this.#across.total * down.total;
      putRow(sums, divisor, target.words, target.start + row * target.stride);
    }
  }
}

function scaleRow(source: Int32Array, start: number, axis: Axis, channels: Float64Array): void {
  const { size, first, last, firstWeight, lastWeight } = axis;
  for (let x = 0, out = 0; x < size; x++, out += 3) {
    let i = start + first[x];
    const end = start + last[x];
    let pixel = source[i];
    let weight = firstWeight[x];
    let red = weight * ((pixel >>> 16) & 0xff);
    let green = weight * ((pixel >>> 8) & 0xff);
    let blue = weight * (pixel & 0xff);
    if (end > i) {
      for (i++; i < end;) {
        const stop = Math.min(end, i + packedSumMax);
        let redBlueSum = 0;
        let greenSum = 0;
        for (; i < stop; i++) {
          pixel = source[i]!;
          redBlueSum = (redBlueSum + (pixel & 0xff00ff)) | 0;
          greenSum = (greenSum + (pixel & 0xff00)) | 0;
        }
        red += redBlueSum >>> 16;
        green += greenSum >>> 8;
        blue += redBlueSum & 0xffff;
      }
      pixel = source[end]!;
      weight = lastWeight[x]!;
      red += weight * ((pixel >>> 16) & 0xff);
      green += weight * ((pixel >>> 8) & 0xff);
      blue += weight * (pixel & 0xff);
    }
    channels[out] = red;
    channels[out + 1] = green;
    channels[out + 2] = blue;
  }
}

function addRow(sums: Float64Array, channels: Float64Array, weight: number): void {
  if (weight === 1) for (let i = 0; i < sums.length; i++) sums[i] += channels[i];
  else for (let i = 0; i < sums.length; i++) sums[i] += weight * channels[i];
}

function putRow(sums: Float64Array, divisor: number, words: Int32Array, start: number): void {
  const factor = 1 / divisor;
  for (let i = 0, out = start; i < sums.length; i += 3, out++) {
    const red = (sums[i] * factor + 0.5) | 0;
    const green = (sums[i + 1] * factor + 0.5) | 0;
    const blue = (sums[i + 2] * factor + 0.5) | 0;
    words[out] = (red << 16) | (green << 8) | blue;
  }
}
