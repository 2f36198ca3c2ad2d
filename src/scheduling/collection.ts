/** One collection may come too early for what is still going on, and frees only what is young. */
const afterMs = [1000, 4000, 8000] as const;
/** However often it is wanted, since it takes some CPU time each time. */
const gapMs = 10_000;

/**
 * Has garbage collected when much has just been let go of. JavaScriptCore collects by what is
 * allocated, so a server that has nothing to do any more would keep hundreds of megabytes of a
 * classroom that has gone.
 */
export class Collection {
  readonly #collect: () => void;
  #isDue = false;
  #isWanted = false;

  /** `collect`: begins a collection, beside other work. */
  constructor(collect = () => Bun.gc(false)) {
    this.#collect = collect;
  }

  soon(): void {
    this.#isWanted = true;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#isWanted = false;
    for (const ms of afterMs) setTimeout(this.#collect, ms).unref();
    setTimeout(() => this.#again(), gapMs).unref();
  }

  #again(): void {
    this.#isDue = false;
    if (this.#isWanted) this.soon();
  }
}
