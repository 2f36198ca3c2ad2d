/** At SIGHUP: settings and files are read anew, and what can change while the server runs does. */
import type { SettingName, Settings } from "../config/settings-schema.ts";
import { settingNames, settingsSchema } from "../config/settings-schema.ts";
import type { Logger } from "../log/logger.ts";

/** A part of the running server that takes over changed settings, and files that they name. */
export interface Reloadable {
  /** Those that it takes over; the others need a restart. */
  readonly settings: readonly SettingName[];
  /**
   * Reads what it has to, and gives what changes, but changes nothing yet. Throws an Error that
   * says what cannot be used; then nothing changes anywhere.
   */
  prepare(settings: Settings): Promise<readonly Change[]>;
}

export interface Change {
  /** For people: what is otherwise from now on. */
  readonly what: string;
  apply(): void | Promise<void>;
}

export interface ReloaderOptions {
  /** Those of the start. */
  readonly settings: Settings;
  /** Reads all sources again. Throws SettingsError. */
  readonly load: () => Promise<Settings>;
  readonly reloadables: readonly Reloadable[];
  readonly log: Logger;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** One after the other. Never rejects: what is wrong stands in the log. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#reload());
    return this.#running;
  }

  async #reload(): Promise<void> {
    const { load, reloadables, log } = this.#options;
    try {
      const settings = await load();
      const prepared = await Promise.all(reloadables.map((each) => each.prepare(settings)));
      const changes = prepared.flat();
      for (const change of changes) await change.apply();
      const changed = changes.map(({ what }) => what).join("; ");
      log.info("reloaded", { changed: changed === "" ? "nothing" : changed });
      this.#warnOfOthers(settings);
    } catch (error) {
      log.error("not reloaded, nothing has changed", { reason: (error as Error).message });
    }
  }

  /** Told each time until it is done: they count from the start on. */
  #warnOfOthers(settings: Settings): void {
    const { reloadables, log, settings: started } = this.#options;
    const taken = new Set(reloadables.flatMap((each) => each.settings));
    const others = settingNames.filter((name) => !areSame(settings[name], started[name]));
    const keys = others.filter((name) => !taken.has(name)).map((name) => settingsSchema[name].key);
    if (keys.length > 0) log.warn("restart needed", { settings: keys.join(" ") });
  }
}

/** Lists are made anew each time, and have their text. */
function areSame(one: Settings[SettingName], other: Settings[SettingName]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
