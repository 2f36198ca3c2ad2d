/**
 * Pictures of a screen that changes between the requests: at irregular gaps, and evenly as for a
 * dashboard.
 */
import type { DesktopKind } from "../../test/real/support/desktop-pictures.ts";
import { type Answer, warmUpClient } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import type { Change, ChangingScreen } from "./changing-screen.ts";
import type { Figure } from "./figure.ts";
import { pictureFigures } from "./picture-figures.ts";
import { type Usage, usageOf, usedSince } from "./process-usage.ts";
import { between } from "./random.ts";
import { watchBoth, type Watcher, withRealClassroom } from "./real-classroom.ts";
import type { Side } from "./servers.ts";

interface PictureCase {
  readonly work: string;
  readonly query: string;
  readonly change: Change;
  readonly latencyMax: number;
  readonly cpuMax: number;
  /** For which a quick run has no time. */
  readonly isExtra?: boolean;
}

const png = "format=png";
const jpeg = "format=jpeg";

const irregular: readonly PictureCase[] = [
  {
    work: "PNG, all changed",
    query: png,
    change: "all",
    latencyMax: 0.6,
    cpuMax: 0.6,
    isExtra: true,
  },
  { work: "PNG, a tenth changed", query: png, change: "tenth", latencyMax: 0.1, cpuMax: 0.2 },
  { work: "PNG, nothing changed", query: png, change: "nothing", latencyMax: 0.02, cpuMax: 0.05 },
  {
    work: "JPEG, all changed",
    query: jpeg,
    change: "all",
    latencyMax: 1,
    cpuMax: 1,
    isExtra: true,
  },
  { work: "JPEG, a tenth changed", query: jpeg, change: "tenth", latencyMax: 0.5, cpuMax: 0.3 },
  {
    work: "JPEG, nothing changed",
    query: jpeg,
    change: "nothing",
    latencyMax: 1,
    cpuMax: 0.05,
    isExtra: true,
  },
  {
    work: "JPEG 320 wide, a tenth changed",
    query: `${jpeg}&width=320`,
    change: "tenth",
    latencyMax: 1,
    cpuMax: 0.5,
  },
  {
    work: "PNG 320 wide, a tenth changed",
    query: `${png}&width=320`,
    change: "tenth",
    latencyMax: 0.3,
    cpuMax: 0.5,
    isExtra: true,
  },
];

const even: PictureCase = {
  work: "JPEG, a tenth changed, even polling",
  query: jpeg,
  change: "tenth",
  latencyMax: 1,
  cpuMax: 0.3,
};
const evenGapMs = 1000;

/** The part of a gap after which the screen changes: well before the request, as in a classroom. */
export const changeAfter = { min: 0.1, max: 0.75 };

/**
 * So that what one server does after its answer does not hold up the other: it is waited until a
 * server has been at rest for so long, but not for ever.
 */
const restMs = 100;
const restCpuMaxMs = 2;
const restWithinMs = 1000;

export async function pictureCases(bench: Bench, desktop: DesktopKind): Promise<Figure[]> {
  const figures: Figure[] = [];
  await withRealClassroom(bench, desktop, async (classroom) => {
    const watchers = await watchBoth(classroom);
    const { screen } = classroom;
    bench.say(`warming up, ${desktop}`);
    await warmUp(bench, screen, watchers);
    const cases = irregular.filter(({ isExtra }) => bench.plan.name === "full" || !isExtra);
    for (const each of cases) {
      bench.say(`${each.work}, ${desktop}`);
      figures.push(...(await atIrregularGaps(bench, screen, watchers, each, desktop)));
    }
    bench.say(`${even.work}, ${desktop}`);
    figures.push(...(await evenly(bench, screen, watchers, desktop)));
  });
  return figures;
}

/** Every picture that will be wanted, in turns; then those that cost the reference little. */
async function warmUp(
  { plan }: Bench,
  screen: ChangingScreen,
  watchers: readonly Watcher[],
): Promise<void> {
  for (let number = 0; number < plan.firstWarmUps; number++) {
    await screen.change("tenth");
    await askAll(watchers, irregular[number % irregular.length]);
  }
  const cheap = irregular.filter(({ query }) => query.startsWith(jpeg));
  for (let number = 0; number < plan.stillWarmUps; number++) {
    await askAll(watchers, cheap[number % cheap.length]);
  }
}

async function askAll(watchers: readonly Watcher[], { query }: PictureCase): Promise<void> {
  await Promise.all(watchers.map(({ session }) => session.picture(query)));
}

async function untilAtRest(side: Side): Promise<void> {
  const giveUpAtMs = performance.now() + restWithinMs;
  for (let usedMs = Infinity; usedMs > restCpuMaxMs && performance.now() < giveUpAtMs;) {
    const before = side.cpuMs();
    await Bun.sleep(restMs);
    usedMs = side.cpuMs() - before;
  }
}

/** Both servers are asked for each picture, one after the other, in turns. */
async function atIrregularGaps(
  { plan, random }: Bench,
  screen: ChangingScreen,
  watchers: readonly Watcher[],
  pictureCase: PictureCase,
  desktop: DesktopKind,
): Promise<Figure[]> {
  const recorders = watchers.map(({ side, session }) => ({
    side,
    ask: () => session.picture(pictureCase.query),
    answers: [] as Answer[],
    before: usageOf(side),
  }));
  const round = async (gapMs: number, number: number) => {
    const changeAtMs = gapMs * between(random, changeAfter);
    const startedAtMs = performance.now();
    await Bun.sleep(changeAtMs);
    await screen.change(pictureCase.change);
    await Bun.sleep(startedAtMs + gapMs - performance.now());
    for (const recorder of number % 2 === 0 ? recorders : recorders.toReversed()) {
      await warmUpClient();
      recorder.answers.push(await recorder.ask());
      await untilAtRest(recorder.side);
    }
  };

  for (let number = 0; number < plan.warmUps; number++) {
    await screen.change(pictureCase.change);
    await askAll(watchers, pictureCase);
  }
  for (let number = 0; number < plan.pacedWarmUps; number++) {
    await round(between(random, plan.gapMs), number);
  }
  for (const recorder of recorders) {
    recorder.answers = [];
    recorder.before = usageOf(recorder.side);
  }
  for (let number = 0; number < plan.requests; number++) {
    await round(between(random, plan.gapMs), number);
  }
  const [ours, reference] = recorders.map(({ side, answers, before }) => ({
    answers,
    used: usedSince(side, before, answers.length),
  }));
  return pictureFigures({ ...pictureCase, desktop }, screen, ours, reference);
}

/**
 * Each server is asked once a second, half a second after the other; the screen changes once in
 * between.
 */
async function evenly(
  { plan, random }: Bench,
  screen: ChangingScreen,
  watchers: readonly Watcher[],
  desktop: DesktopKind,
): Promise<Figure[]> {
  const polls = plan.pacedWarmUps + plan.evenPolls;
  const startAtMs = performance.now() + evenGapMs;
  const poll = async ({ side, session }: Watcher, index: number) => {
    const answers: Answer[] = [];
    let before: Usage = usageOf(side);
    for (let number = 0; number < polls; number++) {
      if (number === plan.pacedWarmUps) before = usageOf(side);
      const dueAtMs = startAtMs + (number + index / watchers.length) * evenGapMs;
      await Bun.sleep(dueAtMs - performance.now());
      await warmUpClient();
      const answer = await session.picture(even.query);
      if (number >= plan.pacedWarmUps) answers.push(answer);
    }
    return { answers, used: usedSince(side, before, plan.evenPolls) };
  };
  const change = async () => {
    for (let number = 0; number <= polls; number++) {
      await Bun.sleep(startAtMs + (number - 1 + random()) * evenGapMs - performance.now());
      await screen.change(even.change);
    }
  };
  const [ours, reference] = await Promise.all([...watchers.map(poll), change()]);
  return pictureFigures({ ...even, desktop }, screen, ours!, reference!);
}
