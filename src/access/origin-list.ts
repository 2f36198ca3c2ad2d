/**
 * Origins (RFC 6454) whose pages may use the API: `https://portal.example, http://10.0.0.7:8080`.
 */

const entriesMax = 1000;

const form = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@,]+$/i;

export class OriginList {
  readonly #origins = new Set<string>();

  /** Throws RangeError at what is no origin. */
  constructor(readonly text: string) {
    const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
    if (entries.length > entriesMax) throw new RangeError(`over ${entriesMax} origins`);
    for (const entry of entries) {
      if (!form.test(entry)) throw new RangeError(`${entry} is no origin`);
      this.#origins.add(canonical(entry));
    }
  }

  get isEmpty(): boolean {
    return this.#origins.size === 0;
  }

  /** `origin`: as a browser sends it. */
  has(origin: string): boolean {
    return this.#origins.has(origin) || this.#origins.has(canonical(origin));
  }
}

/** As browsers write it, where they do. Apps and extensions have schemes of their own. */
function canonical(origin: string): string {
  const parsed = URL.parse(origin)?.origin ?? "null";
  return parsed === "null" ? origin.toLowerCase() : parsed;
}
