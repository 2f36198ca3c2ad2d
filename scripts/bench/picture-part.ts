/** Pictures of a real host's screen that changes between the requests, in one situation. */
import { type Answer, warmUpClient } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import type { ChangingScreen } from "./changing-screen.ts";
import type { Figure } from "./figure.ts";
import { type PictureCase, pictureCases } from "./picture-cases.ts";
import { pictureFigures } from "./picture-figures.ts";
import type { Plan } from "./plan.ts";
import { cpuMs, type Usage, UsageMeter } from "./process-usage.ts";
import { between } from "./random.ts";
import { type RealHost, watch, type Watcher, withRealHost } from "./real-classroom.ts";
import { type Side, withSidesFor } from "./servers.ts";
import type { Situation } from "./situations.ts";

/** The part of a gap after which the screen changes: well before the request, as in a classroom. */
export const changeAfter = { min: 0.1, max: 0.75 };

const evenGapMs = 1000;

/**
 * So that what one server does after its answer does not hold up the other: it is waited until a
 * server has been at rest for so long, but not for ever.
 */
const restMs = 100;
const restCpuMaxMs = 2;
const restWithinMs = 1000;

/**
 * What one server has answered, and what it has used for each answer, updates of the screen
 * included.
 */
export interface Recorded {
  readonly answers: readonly Answer[];
  readonly used: readonly Usage[];
}

export async function picturePart(bench: Bench, situation: Situation): Promise<Figure[]> {
  const cases = pictureCases.filter((each) => requestsOf(bench.plan, situation, each) > 0);
  const figures: Figure[] = [];
  await withRealHost(bench, situation, (host) =>
    withSidesFor(bench.servers, situation, cases, async ([ours, reference], itsCases) => {
      // The reference first: its host needs a while to settle, in which a cold server of ours would
      // become warm.
      const [{ query }] = itsCases;
      const theirs = await watch(bench, reference, host, query);
      const watchers = [await watch(bench, ours, host, query), theirs];
      if (situation.isWarm) await warmUp(bench, host, watchers);
      for (const each of itsCases) {
        bench.say(`${each.work}, ${situation.name}`);
        figures.push(...(await measure(bench, situation, host, watchers, each)));
      }
    }),
  );
  return figures;
}

function requestsOf(plan: Plan, { isWarm }: Situation, { isExtra }: PictureCase): number {
  const requests = isWarm ? plan.warmRequests : plan.coldRequests;
  return Math.ceil(requests * (isExtra ? plan.extraShare : 1));
}

/** Every picture that will be wanted, in turns; then those that cost the reference little. */
async function warmUp(
  { plan, say }: Bench,
  { screen }: RealHost,
  watchers: readonly Watcher[],
): Promise<void> {
  say("warming up");
  for (let number = 0; number < plan.firstWarmUps; number++) {
    await screen.change("tenth");
    await askAll(watchers, pictureCases[number % pictureCases.length]);
  }
  const cheap = pictureCases.filter(({ query }) => query.startsWith("format=jpeg"));
  for (let number = 0; number < plan.stillWarmUps; number++) {
    await askAll(watchers, cheap[number % cheap.length]);
  }
}

async function askAll(watchers: readonly Watcher[], { query }: PictureCase): Promise<void> {
  await Promise.all(watchers.map(({ session }) => session.picture(query)));
}

async function measure(
  bench: Bench,
  situation: Situation,
  { screen }: RealHost,
  watchers: readonly Watcher[],
  pictureCase: PictureCase,
): Promise<Figure[]> {
  const { plan } = bench;
  const { isWarm } = situation;
  for (let number = 0; isWarm && number < plan.warmUps; number++) {
    await screen.change(pictureCase.change);
    await askAll(watchers, pictureCase);
  }
  const uncounted = isWarm ? plan.pacedWarmUps : 0;
  const rounds = requestsOf(plan, situation, pictureCase);
  const recorders = watchers.map((watcher) => new Recorder(watcher, pictureCase.query));
  const record = pictureCase.gap === "random" ? atRandomGaps : evenly;
  await record(bench, screen, recorders, pictureCase, uncounted + rounds);
  const [ours, reference] = recorders.map((recorder) => recorder.since(uncounted));
  return pictureFigures(pictureCase, situation, screen, ours, reference);
}

class Recorder {
  readonly side: Side;
  readonly #watcher: Watcher;
  readonly #query: string;
  readonly #meter: UsageMeter;
  readonly #answers: Answer[] = [];
  readonly #used: Usage[] = [];

  constructor(watcher: Watcher, query: string) {
    this.side = watcher.side;
    this.#watcher = watcher;
    this.#query = query;
    this.#meter = new UsageMeter(watcher.side.pid);
  }

  async ask(): Promise<void> {
    await warmUpClient();
    this.#answers.push(await this.#watcher.session.picture(this.#query));
  }

  /** What has been used since the last round belongs to this one. */
  endRound(): void {
    this.#used.push(this.#meter.lap());
  }

  since(round: number): Recorded {
    return { answers: this.#answers.slice(round), used: this.#used.slice(round) };
  }
}

/** Both servers are asked for each picture, one after the other, in turns. */
async function atRandomGaps(
  { plan, random }: Bench,
  screen: ChangingScreen,
  recorders: readonly Recorder[],
  { change }: PictureCase,
  rounds: number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const gapMs = between(random, plan.gapMs);
    const changeAtMs = gapMs * between(random, changeAfter);
    const startedAtMs = performance.now();
    await Bun.sleep(changeAtMs);
    await screen.change(change);
    await Bun.sleep(startedAtMs + gapMs - performance.now());
    for (const recorder of round % 2 === 0 ? recorders : recorders.toReversed()) {
      await recorder.ask();
      await untilAtRest(recorder.side);
      recorder.endRound();
    }
  }
}

async function untilAtRest({ pid }: Side): Promise<void> {
  const giveUpAtMs = performance.now() + restWithinMs;
  for (let usedMs = Infinity; usedMs > restCpuMaxMs && performance.now() < giveUpAtMs;) {
    const before = cpuMs(pid);
    await Bun.sleep(restMs);
    usedMs = cpuMs(pid) - before;
  }
}

/**
 * Each server is asked once a second, half a second after the other; the screen changes once in
 * between.
 */
async function evenly(
  { random }: Bench,
  screen: ChangingScreen,
  recorders: readonly Recorder[],
  { change }: PictureCase,
  rounds: number,
): Promise<void> {
  const startAtMs = performance.now() + evenGapMs;
  const poll = async (recorder: Recorder, index: number) => {
    for (let round = 0; round < rounds; round++) {
      const dueAtMs = startAtMs + (round + index / recorders.length) * evenGapMs;
      await Bun.sleep(dueAtMs - performance.now());
      await recorder.ask();
      recorder.endRound();
    }
  };
  const changes = async () => {
    for (let round = 0; round <= rounds; round++) {
      await Bun.sleep(startAtMs + (round - 1 + random()) * evenGapMs - performance.now());
      await screen.change(change);
    }
  };
  await Promise.all([...recorders.map(poll), changes()]);
}
