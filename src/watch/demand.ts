/**
 * Who looks at a computer, how often, and at what. The pace at which its host is asked for updates
 * follows from it, and which pictures are made before they are asked for.
 */
import { LRUCache } from "lru-cache";
import type { UpdateDemand } from "../hosts/update-pacer.ts";
import type { View } from "./view.ts";

/** Different pictures that are made ahead; those asked for last. */
const picturesMax = 4;

/** A picture that was not asked for during this time is not made unasked any more. */
const attentionMs = 10_000;

interface WantedPicture {
  readonly view: View;
  /** Updates of the screen since the last request. */
  updates: number;
  /** As many came between requests the last time there were any, and the time before. */
  readonly lastUpdates: readonly [number, number];
}

/**
 * A picture is made ahead after the update that was the last before a request recently, and after
 * the one behind that, since hosts now and then send one change in two updates. A screen that
 * changes once between two requests has its picture ready; one that changes all the time costs no
 * more than two pictures in vain for each that is asked for.
 */
export class Demand implements UpdateDemand {
  #lookedAtMs = performance.now();
  #gapMs = Infinity;
  readonly #followers = new Set<{ readonly gapMs: number }>();
  /** By what tells the pictures apart. */
  readonly #wanted = new LRUCache<string, WantedPicture>({
    max: picturesMax,
    ttl: attentionMs,
    ttlResolution: 0,
  });

  get lookedAtMs(): number {
    return this.#lookedAtMs;
  }

  get gapMs(): number {
    return this.#gapMs;
  }

  get followGapMs(): number {
    let gapMs = Infinity;
    for (const follower of this.#followers) gapMs = Math.min(gapMs, follower.gapMs);
    return gapMs;
  }

  /** Somebody follows the screen, at this pace. Gives what ends it. */
  follow(gapMs: number): () => void {
    const follower = { gapMs };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Somebody wants a picture. */
  looked(view: View): void {
    const nowMs = performance.now();
    this.#gapMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    const key = keyOf(view);
    const before = this.#wanted.get(key);
    this.#wanted.set(key, {
      view,
      updates: 0,
      lastUpdates: before === undefined ? [1, 1] : lastUpdatesOf(before),
    });
  }

  /** The screen has been updated: the pictures that are to be made now. */
  updated(): View[] {
    const due: View[] = [];
    this.#wanted.rforEach((picture) => {
      picture.updates++;
      const expected = Math.min(...picture.lastUpdates);
      if (picture.updates === expected || picture.updates === expected + 1) {
        due.push(picture.view);
      }
    });
    return due;
  }
}

/** The same for requests that an equal picture answers. */
function keyOf({ format, compression, quality, width, height, screen }: View): string {
  return `${format} ${format === "png" ? compression : quality} ${width} ${height} ${screen}`;
}

/** None since: the same request looks twice, or the screen has stood still. */
function lastUpdatesOf({ updates, lastUpdates }: WantedPicture): readonly [number, number] {
  return updates === 0 ? lastUpdates : [updates, lastUpdates[0]];
}
