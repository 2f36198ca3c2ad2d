/** The text format of Prometheus: the value of each series, under its name with its labels. */
export function readMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, series, value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line)!;
      return [series, Number(value)];
    }),
  );
}
