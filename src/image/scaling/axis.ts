/**
 * How `size` samples follow from `sourceSize` samples along one axis: sample i is
 *
 *     firstWeight[i] * source[first[i]] + (all between) + lastWeight[i] * source[last[i]]
 *
 * divided by `total`. Where first and last are the same sample, only firstWeight counts.
 */
export interface Axis {
  readonly size: number;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
  readonly total: number;
}

/**
 * Averages over the exact area when shrinking, so that thin strokes keep their share; linear when
 * enlarging.
 */
export function scaleAxis(sourceSize: number, size: number): Axis {
  const axis = {
    size,
    first: new Int32Array(size),
    last: new Int32Array(size),
    firstWeight: new Float64Array(size),
    lastWeight: new Float64Array(size),
    total: size <= sourceSize ? sourceSize / size : 1,
  };
  for (let i = 0; i < size; i++) {
    if (size <= sourceSize) setArea(axis, i, sourceSize);
    else setLinear(axis, i, sourceSize);
  }
  return axis;
}

function setArea(axis: Axis, i: number, sourceSize: number): void {
  const start = (i * sourceSize) / axis.size;
  const end = ((i + 1) * sourceSize) / axis.size;
  const first = Math.floor(start);
  const last = Math.ceil(end) - 1;
  axis.first[i] = first;
  axis.last[i] = last;
  axis.firstWeight[i] = Math.min(first + 1, end) - start;
  axis.lastWeight[i] = end - last;
}

/**
 * Sample centres lie half a sample in from the edges; beyond the outermost centres the edge goes
 * on.
 */
function setLinear(axis: Axis, i: number, sourceSize: number): void {
  const position = ((i + 0.5) * sourceSize) / axis.size - 0.5;
  const clamped = Math.min(Math.max(position, 0), sourceSize - 1);
  const first = Math.floor(clamped);
  const last = Math.min(first + 1, sourceSize - 1);
  axis.first[i] = first;
  axis.last[i] = last;
  axis.firstWeight[i] = last === first ? 1 : first + 1 - clamped;
  axis.lastWeight[i] = clamped - first;
}
