import { timingSafeEqual } from "node:crypto";
import type { Logger } from "../log/logger.ts";
import { Access } from "./access.ts";
import { sha256Of } from "./access-token.ts";
import { FileWatch } from "./file-watch.ts";
import { encodeTokenFile, readTokenFile, type TokenFile, TokenFileError } from "./token-file.ts";

export interface AccessTokensOptions {
  readonly file: string;
  /** Of hosts in a token's list that stand there without one. */
  readonly defaultPort: number;
  readonly log: Logger;
}

/** `weakened`: ids of tokens that are gone, or have lost some of their rights. */
type OnChange = (weakened: ReadonlySet<string>) => void;

interface Entry {
  readonly access: Access;
  readonly bytes: Uint8Array;
  /** All of the token, to see whether it is another one. */
  readonly text: string;
}

/** The tokens that are good now: those of a file, as it is now. */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #entries = new Map<string, Entry>();
  /** Secrets that have been shown, so that each is hashed once. */
  readonly #shown = new Map<string, Access>();
  #watch: FileWatch | null = null;
  /** Why the file could not be read the last time, which is said once. */
  #fault: string | null = null;
  #onChange: OnChange = () => {};

  private constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  /**
   * Reads the file, and follows it from then on. One that is not there yet has no tokens. Throws
   * TokenFileError.
   */
  static async open(options: AccessTokensOptions): Promise<AccessTokens> {
    const { file, log } = options;
    const tokens = new AccessTokens(options);
    const watch = await FileWatch.start(file, () => tokens.#reload());
    try {
      const found = await readTokenFile(file);
      if (found === null) log.warn("there are no access tokens yet", { file });
      else tokens.#take(found);
    } catch (error) {
      watch.close();
      throw error;
    }
    tokens.#watch = watch;
    return tokens;
  }

  /** `callback` hears that tokens are other ones, or gone. */
  whenChanged(callback: OnChange): void {
    this.#onChange = callback;
  }

  close(): void {
    this.#watch?.close();
  }

  /** What the holder of the secret may do; null when it is none of the tokens. */
  find(secret: string): Access | null {
    const shown = this.#shown.get(secret);
    if (shown !== undefined) return shown;
    const sha256 = sha256Of(secret);
    let found: Access | null = null;
    // All of them, and all bytes of each: how long it takes says nothing. 50 ns for a token.
    for (const { access, bytes } of this.#entries.values()) {
      if (timingSafeEqual(bytes, sha256)) found = access;
    }
    if (found !== null) this.#shown.set(secret, found);
    return found;
  }

  /** In place of the tokens before. */
  #take({ tokens, isWritableByOthers }: TokenFile): void {
    const { defaultPort, file, log } = this.#options;
    if (isWritableByOthers) log.warn("others may write the access tokens", { file });
    const before = new Map(this.#entries);
    this.#entries.clear();
    this.#shown.clear();
    const changes: Record<"added" | "changed" | "revoked", string[]> = {
      added: [],
      changed: [],
      revoked: [],
    };
    const weakened = new Set<string>();
    for (const token of tokens) {
      const { sha256, name } = token;
      const text = encodeTokenFile([token]);
      const old = before.get(sha256);
      before.delete(sha256);
      if (old === undefined) changes.added.push(name);
      else if (old.text !== text) {
        changes.changed.push(name);
        old.access.revoke();
        if (!old.access.isWithin(token)) weakened.add(sha256);
      }
      const access = old?.text === text ? old.access : new Access(token, defaultPort);
      this.#entries.set(sha256, { access, bytes: Buffer.from(sha256, "hex"), text });
    }
    for (const [sha256, { access }] of before) {
      access.revoke();
      weakened.add(sha256);
      changes.revoked.push(access.name);
    }
    const [added, changed, revoked] = Object.values(changes).map(
      (names) => names.join(" ") || undefined,
    );
    log.info("access tokens read", { file, count: tokens.length, added, changed, revoked });
    this.#onChange(weakened);
  }

  /** What takes over the file as it is now; null: nothing is otherwise. Throws TokenFileError. */
  async prepareChange(): Promise<(() => void) | null> {
    const { file } = this.#options;
    const found = await readTokenFile(file);
    if (found === null) {
      if (this.#entries.size === 0) return null;
      throw new TokenFileError(`Cannot use ${file}: it is gone`);
    }
    const before = [...this.#entries.values()].map(({ text }) => text);
    const now = found.tokens.map((token) => encodeTokenFile([token]));
    return before.join("") === now.join("") ? null : () => this.#take(found);
  }

  /** Gives whether the file could be read. */
  async #reload(): Promise<boolean> {
    const { log } = this.#options;
    try {
      (await this.prepareChange())?.();
      this.#fault = null;
      return true;
    } catch (error) {
      if (!(error instanceof TokenFileError)) throw error;
      const { message: reason } = error;
      if (reason !== this.#fault)
        log.error("access tokens not read, those before stay", { reason });
      this.#fault = reason;
      return false;
    }
  }
}
