/** From a change on the screen to the first picture that shows it. */
import type { ApiSession } from "./api-client.ts";
import type { BareSession } from "./bare-client.ts";
import type { ChangingScreen } from "./changing-screen.ts";
import { between } from "./random.ts";
import { thumbnailOfFile, thumbnailOfScreen } from "./thumbnail.ts";

const askEveryMs = 20;
const query = "format=jpeg";

/** Asked for this long before the screen changes. */
const before = { min: 700, max: 1500 };

/** In ms. */
export async function measureFreshness(
  session: ApiSession,
  screen: ChangingScreen,
  random: () => number,
): Promise<number> {
  const changeAtMs = performance.now() + between(random, before);
  let known = await ask(session);
  while (performance.now() < changeAtMs) known = await ask(session);
  await screen.change("tenth");
  for (;;) {
    const answer = await ask(session);
    if (Buffer.compare(answer.bytes, known.bytes) !== 0) {
      const thumbnail = await thumbnailOfFile(answer.bytes);
      if (screen.showsLast(thumbnail)) return answer.receivedAtMs - screen.changedAtMs;
    }
    known = answer;
  }
}

/** Returns no sooner than the next request is due. */
async function ask(session: ApiSession) {
  const answer = await session.picture(query);
  const restMs = answer.sentAtMs + askEveryMs - performance.now();
  if (restMs > 0) await Bun.sleep(restMs);
  return answer;
}

/** The same for a session without a server: until the update has been painted, in ms. */
export async function measureFloor(
  { feed, look }: BareSession,
  screen: ChangingScreen,
  random: () => number,
): Promise<number> {
  const looks = setInterval(() => void look(), askEveryMs);
  await Bun.sleep(between(random, before));
  const { promise: shownAtMs, resolve } = Promise.withResolvers<number>();
  const end = feed.subscribe((picture) => {
    const nowMs = performance.now();
    if (screen.showsLast(thumbnailOfScreen(picture))) resolve(nowMs);
  });
  await screen.change("tenth");
  const ageMs = (await shownAtMs) - screen.changedAtMs;
  end();
  clearInterval(looks);
  return ageMs;
}
