/** What is told of pictures that both servers were asked for. */
import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";
import type { Answer } from "./api-client.ts";
import type { ChangingScreen } from "./changing-screen.ts";
import { type Figure, figure, medianFigure } from "./figure.ts";
import type { Usage } from "./process-usage.ts";
import { mean } from "./statistics.ts";
import { thumbnailOfFile } from "./thumbnail.ts";

/** One server's answers, and what it has used for each of them. */
export interface Pictures {
  readonly answers: readonly Answer[];
  readonly used: Usage;
}

export interface PictureWork {
  readonly work: string;
  readonly desktop: DesktopKind;
  /** Of latency and CPU time, ours divided by the reference's. */
  readonly latencyMax: number;
  readonly cpuMax: number;
}

export async function pictureFigures(
  { work, desktop, latencyMax, cpuMax }: PictureWork,
  screen: ChangingScreen,
  ours: Pictures,
  reference: Pictures,
): Promise<Figure[]> {
  const text = { work, desktop, unit: "ms" };
  const [own, theirs] = [ours, reference].map(({ answers }) => answers.map(latencyMs));
  return [
    medianFigure({ ...text, quantity: "latency", bound: { atMost: latencyMax } }, own, theirs),
    // The reference's latency has two humps, for pictures that it has encoded ahead and for others:
    // its median is one.
    figure({ ...text, quantity: "latency, mean" }, mean(own), mean(theirs)),
    figure(
      { ...text, quantity: "CPU", bound: { atMost: cpuMax } },
      ours.used.cpuMs,
      reference.used.cpuMs,
    ),
    medianFigure(
      { ...text, quantity: "age" },
      await agesMs(screen, ours.answers),
      await agesMs(screen, reference.answers),
    ),
    figure({ ...text, quantity: "JS thread" }, ours.used.jsThreadMs, null),
    figure(
      { ...text, quantity: "size", unit: "KB" },
      averageKb(ours.answers),
      averageKb(reference.answers),
    ),
  ];
}

export function latencyMs({ sentAtMs, receivedAtMs }: Answer): number {
  return receivedAtMs - sentAtMs;
}

/** For how long each picture had no longer been true when it came, as far as they tell. */
async function agesMs(screen: ChangingScreen, answers: readonly Answer[]): Promise<number[]> {
  const ages: number[] = [];
  for (const { bytes, receivedAtMs } of answers) {
    ages.push(screen.ageMs(await thumbnailOfFile(bytes), receivedAtMs));
  }
  return ages.filter((ageMs) => !Number.isNaN(ageMs));
}

function averageKb(answers: readonly Answer[]): number {
  return mean(answers.map(({ bytes }) => bytes.length / 1000));
}
