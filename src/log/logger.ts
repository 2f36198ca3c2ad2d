/**
 * A structured logger: one event, one line of `name=value` pairs, known as logfmt. It is read by
 * people in the terminal and the journal as it is, searched by grep, and taken apart by the usual
 * collectors; JSON lines would give up the first for nothing.
 *
 *     time=2026-11-21T21:00:00.000Z level=info event=request method=GET status=200 ms=0.4
 */
import { encodeLogFields } from "./log-fields.ts";
import type { LogFields } from "./log-fields.ts";

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
  /** A logger whose lines all have these fields as well. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The least important level that is written. */
  readonly level: LogLevel;
  /** Gets each line, without its end. */
  readonly sink: (line: string) => void;
  readonly now?: () => Date;
}

export function createLogger({ level, sink, now = () => new Date() }: LoggerOptions): Logger {
  const least = logLevels.indexOf(level);
  return withFields(() => "");

  function withFields(inherited: () => string): Logger {
    return {
      debug: method("debug"),
      info: method("info"),
      warn: method("warn"),
      error: method("error"),
      child: (fields) => withFields(once(() => inherited() + encodeLogFields(fields))),
    };

    function method(name: LogLevel): LogMethod {
      if (logLevels.indexOf(name) < least) return () => {};
      return (event, fields = {}) => {
        const own = encodeLogFields(typeof fields === "function" ? fields() : fields);
        const head = `time=${now().toISOString()} level=${name}${encodeLogFields({ event })}`;
        sink(head + inherited() + own);
      };
    }
  }
}

function once(make: () => string): () => string {
  let made: string | null = null;
  return () => (made ??= make());
}
