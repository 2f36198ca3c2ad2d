import { expect, test } from "bun:test";
import { Reloader, type Reloadable } from "../../../src/cli/reload.ts";
import { logLevelReload } from "../../../src/cli/reload-log-level.ts";
import { SettingsError } from "../../../src/config/settings-error.ts";
import type { Settings } from "../../../src/config/settings-schema.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { defaultSettings } from "../../sim/support/api-server.ts";

/** A reloader that is told what the settings are. */
function arrange(...others: Reloadable[]) {
  const lines: string[] = [];
  const sink = (line: string) => void lines.push(line.replace(/^time=\S+ /, ""));
  const log = createLogger({ level: "info", sink });
  let load = (): Settings => defaultSettings;
  const reloader = new Reloader({
    settings: defaultSettings,
    load: async () => load(),
    reloadables: [logLevelReload(log), ...others],
    log,
  });
  return {
    lines,
    log,
    reload: (settings: Partial<Settings> | Error) => {
      load = () => {
        if (settings instanceof Error) throw settings;
        return { ...defaultSettings, ...settings };
      };
      return reloader.reload();
    },
  };
}

test("says what has changed, and that nothing has", async () => {
  const { lines, log, reload } = arrange();
  await reload({});
  await reload({ logLevel: "debug" });
  expect(log.level).toBe("debug");
  expect(lines).toEqual([
    "level=info event=reloaded changed=nothing",
    'level=info event=reloaded changed="WebAPI/LogLevel is debug"',
  ]);
});

test("names the settings that need a restart, each time until it is done", async () => {
  const { lines, reload } = arrange();
  await reload({ httpServerPort: 1, connectionLimit: 5 });
  await reload({ httpServerPort: 1 });
  await reload({});
  expect(lines).toEqual([
    "level=info event=reloaded changed=nothing",
    'level=warn event="restart needed" settings="WebAPI/HttpServerPort WebAPI/ConnectionLimit"',
    "level=info event=reloaded changed=nothing",
    'level=warn event="restart needed" settings=WebAPI/HttpServerPort',
    "level=info event=reloaded changed=nothing",
  ]);
});

test("changes nothing when anything cannot be used, and says what", async () => {
  const bad: Reloadable = {
    settings: [],
    prepare: () => Promise.reject(new SettingsError(["Cannot read the list"])),
  };
  const { lines, log, reload } = arrange(bad);
  await reload({ logLevel: "debug" });
  expect(log.level).toBe("info");
  await reload(new SettingsError(["Unknown setting x"]));
  expect(lines).toEqual([
    'level=error event="not reloaded, nothing has changed" reason="Cannot read the list"',
    'level=error event="not reloaded, nothing has changed" reason="Unknown setting x"',
  ]);
});

test("two at once are done one after the other, and the later one counts", async () => {
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const slow: Reloadable = {
    settings: [],
    async prepare({ logLevel }) {
      begun.push(logLevel);
      if (logLevel === "debug") await first.promise;
      return [];
    },
  };
  const { log, reload } = arrange(slow);
  const one = reload({ logLevel: "debug" });
  await new Promise(setImmediate);
  const other = reload({ logLevel: "warn" });
  await new Promise(setImmediate);
  expect(begun).toEqual(["debug"]);
  first.resolve();
  await Promise.all([one, other]);
  expect(begun).toEqual(["debug", "warn"]);
  expect(log.level).toBe("warn");
});
