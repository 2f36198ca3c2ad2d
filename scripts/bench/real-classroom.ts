/** A real Veyon host, and servers in front of it. */
import { pupil } from "../../test/real/support/account.ts";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { until } from "../../test/real/support/until.ts";
import { startVeyonHost } from "../../test/real/support/veyon-host.ts";
import type { ApiSession } from "./api-client.ts";
import { openBareSession } from "./bare-client.ts";
import { type Bench, screenSize } from "./bench.ts";
import { ChangingScreen } from "./changing-screen.ts";
import type { Side } from "./servers.ts";
import type { Situation } from "./situations.ts";
import { thumbnailOfFile } from "./thumbnail.ts";

export interface RealHost {
  /** "198.18.0.2:11100". */
  readonly address: string;
  readonly screen: ChangingScreen;
}

/** A server with a connection to the host. */
export interface Watcher {
  readonly side: Side;
  readonly session: ApiSession;
}

const shownWithinMs = 30_000;

/** The host has a user, and a screen that shows the desktop; somebody has looked at it before. */
export async function withRealHost<Result>(
  { desktop, key, plan }: Bench,
  { network }: Pick<Situation, "network">,
  use: (host: RealHost) => Promise<Result>,
): Promise<Result> {
  const picture = await desktopPicture(desktop, screenSize.width, screenSize.height);
  const host = await startVeyonHost({ user: pupil, size: screenSize, network });
  try {
    const screen = new ChangingScreen(host.screen, picture);
    await screen.change("all");
    const { session: firstViewer } = await openBareSession(host.address, key);
    await firstViewer.firstPicture;
    await Bun.sleep(plan.hostSettleMs);
    firstViewer.close();
    await firstViewer.ended;
    return await use({ address: host.address, screen });
  } finally {
    await host.stop();
  }
}

/** Logs in and waits until the host's screen can be seen as it is, and goes on being seen. */
export async function watch(
  { plan }: Bench,
  side: Side,
  { address, screen }: RealHost,
  query = "format=jpeg",
): Promise<Watcher> {
  const session = await side.logIn(address);
  await untilShown(session, screen, query);
  const settledAtMs = performance.now() + (side.name === "reference" ? plan.referenceSettleMs : 0);
  while (performance.now() < settledAtMs) {
    await screen.change("all");
    await untilShown(session, screen, query);
  }
  return { side, session };
}

async function untilShown(
  session: ApiSession,
  screen: ChangingScreen,
  query: string,
): Promise<void> {
  const isShown = async () => {
    const { status, bytes } = await session.get(`framebuffer?${query}`);
    return status === 200 && screen.showsLast(await thumbnailOfFile(bytes));
  };
  await until(`the screen of ${session.url}`, isShown, shownWithinMs);
}
