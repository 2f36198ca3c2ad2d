/** What is told of pictures that both servers were asked for. */
import type { Answer } from "./api-client.ts";
import type { ChangingScreen } from "./changing-screen.ts";
import { type Figure, figure, medianFigure } from "./figure.ts";
import type { PictureCase } from "./picture-cases.ts";
import type { Recorded } from "./picture-part.ts";
import { sumUsage } from "./process-usage.ts";
import { boundIn, type Situation } from "./situations.ts";
import { mean } from "./statistics.ts";
import { thumbnailOfFile } from "./thumbnail.ts";

export async function pictureFigures(
  { work, cpuMax, latencyMax }: PictureCase,
  situation: Situation,
  screen: ChangingScreen,
  ours: Recorded,
  reference: Recorded,
): Promise<Figure[]> {
  const text = { work, situation: situation.name, unit: "ms" };
  const [own, theirs] = [ours, reference].map(({ answers }) => answers.map(latencyMs));
  const [ownUsed, theirUsed] = [ours, reference].map(({ used }) => sumUsage(used, used.length));
  const [ownCpu, theirCpu] = [ours, reference].map(({ used }) => used.map(({ cpuMs }) => cpuMs));
  return [
    // The sum by the number of pictures: what compilers and collectors take now and then is a part
    // of each.
    figure(
      {
        ...text,
        quantity: "CPU",
        bound: boundIn(situation, cpuMax),
        threadsMs: ownUsed.threadsMs,
      },
      ownUsed.cpuMs,
      theirUsed.cpuMs,
    ),
    medianFigure({ ...text, quantity: "CPU, median" }, ownCpu, theirCpu),
    medianFigure(
      {
        ...text,
        quantity: "latency",
        bound: situation.isWarm ? { atMost: latencyMax } : null,
      },
      own,
      theirs,
    ),
    // The reference's latency has two humps, for pictures that it has encoded ahead and for others:
    // its median is one.
    figure({ ...text, quantity: "latency, mean" }, mean(own), mean(theirs)),
    medianFigure(
      { ...text, quantity: "age" },
      await agesMs(screen, ours.answers),
      await agesMs(screen, reference.answers),
    ),
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
