import { encodeFields, lineForms, type LogFormat } from "./log-format.ts";

/**
 * Bytes that may wait for a reader of standard error that does not read, a stopped pager for
 * example.
 */
const waitingCharactersMax = 1024 * 1024;

/**
 * Writes log lines to standard error without ever waiting for its reader. Lines beyond the limit
 * are lost, and counted in a line of their own once there is room again; a reader that has gone
 * away stops nothing but the log.
 */
export function stderrSink(
  format: LogFormat = "text",
  stream: NodeJS.WritableStream = process.stderr,
): (line: string) => void {
  const form = lineForms[format];
  let waitingCharacters = 0;
  let lostLines = 0;
  stream.on("error", () => {});
  return (line) => {
    if (waitingCharacters > waitingCharactersMax) {
      lostLines++;
      return;
    }
    if (lostLines > 0) {
      const lost = encodeFields(form, { level: "warn", event: "log lines lost", count: lostLines });
      write(`${form.line(lost)}\n`);
    }
    lostLines = 0;
    write(`${line}\n`);
  };

  function write(text: string): void {
    waitingCharacters += text.length;
    stream.write(text, () => {
      waitingCharacters -= text.length;
    });
  }
}
