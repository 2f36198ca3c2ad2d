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
  /** As many came between the last two requests that had any between them. */
  readonly updatesExpected: number;
}

/**
 * Tells after which update of the screen it is time to make a picture before it is asked for: the one that was the last
 * before the previous request. A screen that changes once between two requests has its picture ready; one that changes
 * all the time costs no more than one picture in vain for each that is asked for.
 */
export class Foresight {
  /** By what tells the pictures apart; the one asked for last at the end. */
  readonly #asked = new Map<string, AskedPicture>();

  asked(key: string, parameters: PictureParameters, nowMs: number): void {
    const before = this.#asked.get(key);
    // None since: the same request looks twice, or the screen stood still.
    const updatesExpected =
      before === undefined || before.updates > 0 ? (before?.updates ?? 1) : before.updatesExpected;
    this.#asked.delete(key);
    this.#asked.set(key, { parameters, askedAtMs: nowMs, updates: 0, updatesExpected });
    if (this.#asked.size > picturesMax) this.#asked.delete(this.#asked.keys().next().value!);
  }

  /** The screen has been updated. Returns the parameters of the pictures to make now. */
  updated(nowMs: number): PictureParameters[] {
    const due: PictureParameters[] = [];
    for (const [key, picture] of this.#asked) {
      picture.updates++;
      if (nowMs - picture.askedAtMs > attentionMs) this.#asked.delete(key);
      else if (picture.updates === picture.updatesExpected) due.push(picture.parameters);
    }
    return due;
  }
}
