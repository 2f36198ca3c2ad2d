import { readFileSync, statSync } from "node:fs";

/** What a file of the system says, parsed anew when it has changed. A missing one is empty. */
export class ParsedFile<Value> {
  #version = "missing";
  #value: Value;

  constructor(
    private readonly path: string,
    private readonly parse: (text: string) => Value,
  ) {
    this.#value = parse("");
  }

  get value(): Value {
    const version = this.#look();
    if (version === this.#version) return this.#value;
    try {
      this.#value = this.parse(version === "missing" ? "" : readFileSync(this.path, "utf8"));
      this.#version = version;
    } catch {
      // It is being replaced, or no descriptor is left: what it said before is the best there is.
    }
    return this.#value;
  }

  #look(): string {
    const found = statSync(this.path, { throwIfNoEntry: false });
    return found === undefined ? "missing" : `${found.ino} ${found.size} ${found.mtimeMs}`;
  }
}
