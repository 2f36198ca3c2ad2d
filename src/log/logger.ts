/** A structured logger: one event, one line. The forms of a line are in log-format.ts. */
import type { LogFields } from "./log-fields.ts";
import { encodeFields, lineForms, type LogFormat } from "./log-format.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/**
 * Fields that cost something to make are given as a function, which is called only if the line is
 * written.
 */
export type LogMethod = (event: string, fields?: LogFields | (() => LogFields)) => void;

/** `event` says what happened in few lower-case words; what it happened to is in the fields. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** Who has done what to whom: written whatever the level is, and with `audit` in its place. */
  readonly audit: LogMethod;
  /** A logger whose lines all have these fields as well. */
  child(fields: LogFields): Logger;
}

/** The logger that the others are children of. */
export interface RootLogger extends Logger {
  /** The least important level that is written; of all children too. */
  level: LogLevel;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format?: LogFormat;
  /** Gets each line, without its end. */
  readonly sink: (line: string) => void;
  readonly now?: () => Date;
}

export function createLogger(options: LoggerOptions): RootLogger {
  const { format = "text", sink, now = () => new Date() } = options;
  const form = lineForms[format];
  let least = 0;
  const root = {
    ...withFields(() => ""),
    get level(): LogLevel {
      return logLevels[least];
    },
    set level(level) {
      least = logLevels.indexOf(level);
    },
  };
  root.level = options.level;
  return root;

  function withFields(inherited: () => string): Logger {
    return {
      debug: method("debug"),
      info: method("info"),
      warn: method("warn"),
      error: method("error"),
      audit: method("audit"),
      child: (fields) => withFields(once(() => inherited() + encodeFields(form, fields))),
    };

    function method(level: LogLevel | "audit"): LogMethod {
      const importance = level === "audit" ? logLevels.length : logLevels.indexOf(level);
      const levelField = form.field("level", level);
      return (event, fields = {}) => {
        if (importance < least) return;
        const own = encodeFields(form, typeof fields === "function" ? fields() : fields);
        const time = form.field("time", now().toISOString());
        const what = encodeFields(form, { event });
        sink(form.line(time + levelField + what + inherited() + own));
      };
    }
  }
}

function once(make: () => string): () => string {
  let made: string | null = null;
  return () => (made ??= make());
}
