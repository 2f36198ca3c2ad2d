/** When a viewer saw each change, from the pictures that it was given. */
import { decodeWithBun } from "../../test/unit/image/decoders.ts";
import { type Change, isColour, type Probe } from "./scene.ts";
import type { Shown, ShownPart } from "./viewer.ts";

/** Milliseconds from each change to the viewer; NaN for one that was never shown whole. */
export async function agesOf(
  changes: readonly Change[],
  shown: readonly Shown[],
): Promise<number[]> {
  const ages = changes.map(() => Number.NaN);
  /** What is not shown yet, with what is still missing of each. */
  const waiting = new Map<number, Set<Probe>>();
  let next = 0;
  for (const { atMs, parts } of shown) {
    for (; next < changes.length && changes[next].atMs <= atMs; next++) {
      waiting.set(next, new Set(changes[next].probes));
    }
    for (const part of parts) await look(part, waiting);
    for (const [number, missing] of waiting) {
      if (missing.size > 0) continue;
      ages[number] = atMs - changes[number].atMs;
      waiting.delete(number);
    }
  }
  return ages;
}

async function look(part: ShownPart, waiting: ReadonlyMap<number, Set<Probe>>): Promise<void> {
  const inside = ({ x, y }: Probe) =>
    x >= part.x && y >= part.y && x < part.x + part.width && y < part.y + part.height;
  const probes = [...waiting].flatMap(([, missing]) =>
    [...missing].filter(inside).map((probe) => ({ missing, probe })),
  );
  if (probes.length === 0) return;
  const pixels = await pixelsOf(part);
  for (const { missing, probe } of probes) {
    const pixel = pixels[(probe.y - part.y) * part.width + probe.x - part.x];
    if (isColour(pixel, probe.colour)) missing.delete(probe);
  }
}

async function pixelsOf({ content }: ShownPart): Promise<Uint32Array> {
  return content instanceof Uint32Array ? content : (await decodeWithBun(content)).pixels;
}
