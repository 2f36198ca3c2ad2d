import type { PictureParameters } from "./picture-parameters.ts";

/** Different pictures of one connection that are foreseen; those asked for last. */
const picturesMax = 4;

/** A picture that was not asked for during this time is not made unasked any more. */
const attentionMs = 10_000;

interface AskedPicture {
  readonly parameters: PictureParameters;
  readonly askedAtMs: number;
  /** Updates of the screen since the last request. */
  updates: number;
  /** As many came between requests the last time there were any, and the time before. */
  readonly lastUpdates: readonly [number, number];
}

/**
 * Tells after which update of the screen it is time to make a picture before it is asked for: the one that was the last
 * before a request recently, and the one behind that, since hosts now and then send one change in two updates. A screen
 * that changes once between two requests has its picture ready; one that changes all the time costs no more than two
 * pictures in vain for each that is asked for.
 */
export class Foresight {
  /** By what tells the pictures apart; the one asked for last at the end. */
  readonly #asked = new Map<string, AskedPicture>();

  asked(key: string, parameters: PictureParameters, nowMs: number): void {
    const before = this.#asked.get(key);
    this.#asked.delete(key);
    this.#asked.set(key, {
      parameters,
      askedAtMs: nowMs,
      updates: 0,
      lastUpdates: before === undefined ? [1, 1] : lastUpdatesOf(before),
    });
    if (this.#asked.size > picturesMax) this.#asked.delete(this.#asked.keys().next().value!);
  }

  /** The screen has been updated. Returns the parameters of the pictures to make now. */
  updated(nowMs: number): PictureParameters[] {
    const due: PictureParameters[] = [];
    for (const [key, picture] of this.#asked) {
      picture.updates++;
      const expected = Math.min(...picture.lastUpdates);
      if (nowMs - picture.askedAtMs > attentionMs) this.#asked.delete(key);
      else if (picture.updates === expected || picture.updates === expected + 1) {
        due.push(picture.parameters);
      }
    }
    return due;
  }
}

/** None since: the same request looks twice, or the screen has stood still. */
function lastUpdatesOf({ updates, lastUpdates }: AskedPicture): readonly [number, number] {
  return updates === 0 ? lastUpdates : [updates, lastUpdates[0]];
}
