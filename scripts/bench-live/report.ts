import type { Machine } from "../bench/machine.ts";
import { median } from "../bench/statistics.ts";
import type { Finding, WayName } from "./measure.ts";
import { type SceneName, sceneNames } from "./scene.ts";

export type HostName = "simulated" | "real";

export interface Case {
  readonly host: HostName;
  readonly scene: SceneName;
  readonly viewers: number;
  readonly way: WayName;
  /** One of each round. */
  readonly findings: readonly Finding[];
}

export interface Verdict {
  readonly text: string;
  readonly found: number;
  readonly atMost: number;
}

const wayTexts: Record<WayName, string> = {
  live: "`GET live`",
  poll: "polling JPEG every 100 ms",
  websockify: "websockify, RFB",
};

const sceneTexts: Record<SceneName, string> = {
  tenth: "a tenth of the screen changes ten times a second",
  typing: "ten characters a second are typed in one line",
};

const hostNames = ["simulated", "real"] as const;

const hostTexts: Record<HostName, string> = {
  simulated: "A simulated host, which has news at once",
  real: "A real host, whose x11vnc looks at its screen now and then",
};

type Pair = readonly [Case | undefined, Case | undefined];

/** Of the rounds in which anything was shown: x11vnc stands still for seconds now and then. */
const of = (each: Case, key: keyof Finding) =>
  median(each.findings.map((found) => found[key]).filter(Number.isFinite));

/** The findings of the same round divided by each other, since rounds differ in what else ran. */
function ratio(a: Case, b: Case, key: keyof Finding): number {
  return median(a.findings.map((found, round) => found[key] / b.findings[round][key]));
}

export function verdictsOf(cases: readonly Case[]): Verdict[] {
  return hostNames.flatMap((host) =>
    sceneNames.flatMap((scene) => {
      const find = (way: WayName, viewers: number) =>
        cases.find(
          (each) =>
            each.host === host &&
            each.scene === scene &&
            each.way === way &&
            each.viewers === viewers,
        );
      const compare = (what: string, key: keyof Finding, atMost: number, [a, b]: Pair) => {
        if (a === undefined || b === undefined) return [];
        return [{ text: `${host} host, ${scene}: ${what}`, found: ratio(a, b, key), atMost }];
      };
      const live = find("live", 1);
      return [
        ...compare("CPU, against polling", "cpuMs", 0.9, [live, find("poll", 1)]),
        ...compare("bytes, against polling", "bytes", 0.2, [live, find("poll", 1)]),
        ...compare("CPU of ten viewers, against one", "cpuMs", 2, [find("live", 10), live]),
        ...compare("age, against polling", "ageMs", 0.6, [live, find("poll", 1)]),
        ...compare("age, against websockify", "ageMs", 1, [live, find("websockify", 1)]),
      ];
    }),
  );
}

export function formatReport(cases: readonly Case[], machine: Machine, rounds: number): string {
  const sections = hostNames.flatMap((host) => sceneNames.map((scene) => ({ host, scene })));
  const tables = sections.map(({ host, scene }) => {
    const rows = cases.filter((each) => each.host === host && each.scene === scene);
    if (rows.length === 0) return "";
    return [
      `## ${hostTexts[host]}: ${sceneTexts[scene]}`,
      "",
      "| Way | Viewers | CPU of the server | CPU of x11vnc | KB for each viewer | Age | Changes shown |",
      "| --- | ------: | ----------------: | ------------: | -----------------: | --: | ------------: |",
      ...rows.map((row) =>
        [
          "",
          wayTexts[row.way],
          row.viewers,
          `${of(row, "cpuMs").toFixed(2)} ms`,
          host === "real" ? `${of(row, "hostCpuMs").toFixed(2)} ms` : "",
          (of(row, "bytes") / 1000).toFixed(1),
          `${of(row, "ageMs").toFixed(0)} ms`,
          `${(of(row, "shownShare") * 100).toFixed(0)} %`,
          "",
        ]
          .join(" | ")
          .trim(),
      ),
      "",
    ].join("\n");
  });
  const verdicts = verdictsOf(cases);
  const { cpu, cores, loadAverage, versions } = machine;
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Live pictures: benchmark",
    "",
    "Written by `npm run bench-live -- --docs`.",
    "",
    `One host of 1920x1080 on ${cores} cores of ${cpu}, ${known.join(", ")};`,
    `load ${loadAverage.toFixed(1)} at the start: ratios count, and not milliseconds. Medians of ${rounds} interleaved`,
    "rounds. CPU is that of all viewers together, for each change that was shown; the age is that of",
    "a change when its last byte has come to a viewer. Polling sends the ETag back. websockify stands",
    "in front of an x11vnc of its own on the real host's screen; its viewer asks for what noVNC asks",
    "for, and decodes nothing while it is measured.",
    "",
    ...tables,
    "## What was wanted",
    "",
    "| Quantity | Found | Wanted |",
    "| -------- | ----: | -----: |",
    ...verdicts.map(
      ({ text, found, atMost }) =>
        `| ${text} | ${found.toFixed(2)}${found > atMost ? " (missed)" : ""} | at most ${atMost} |`,
    ),
    "",
  ].join("\n");
}
