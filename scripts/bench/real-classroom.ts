/** A real Veyon host and both servers in front of it. */
import { pupil } from "../../test/real/support/account.ts";
import { type DesktopKind, desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { until } from "../../test/real/support/until.ts";
import { startVeyonHost, type VeyonHost } from "../../test/real/support/veyon-host.ts";
import type { ApiSession } from "./api-client.ts";
import { type Bench, screenSize } from "./bench.ts";
import { ChangingScreen } from "./changing-screen.ts";
import { type Side, withSides } from "./servers.ts";
import { thumbnailOfFile } from "./thumbnail.ts";

export interface RealClassroom {
  readonly host: VeyonHost;
  readonly screen: ChangingScreen;
  readonly sides: readonly [ours: Side, reference: Side];
  /** From `Plan`. */
  readonly referenceSettleMs: number;
}

/** A server with a connection to the host. */
export interface Watcher {
  readonly side: Side;
  readonly session: ApiSession;
}

const shownWithinMs = 30_000;

/** The host has a user, and a screen that shows this desktop. */
export async function withRealClassroom<Result>(
  { servers, plan }: Bench,
  desktop: DesktopKind,
  use: (classroom: RealClassroom) => Promise<Result>,
): Promise<Result> {
  const picture = await desktopPicture(desktop, screenSize.width, screenSize.height);
  const host = await startVeyonHost({ user: pupil, size: screenSize });
  try {
    const screen = new ChangingScreen(host.screen, picture);
    await screen.change("all");
    return await withSides(servers, (sides) =>
      use({ host, screen, sides, referenceSettleMs: plan.referenceSettleMs }),
    );
  } finally {
    await host.stop();
  }
}

/** Logs in and waits until the host's screen can be seen as it is, and goes on being seen. */
export async function watch(side: Side, classroom: RealClassroom): Promise<Watcher> {
  const { host, screen, referenceSettleMs } = classroom;
  const session = await side.logIn(host.port);
  await untilShown(session, screen);
  const settledAtMs = performance.now() + (side.name === "reference" ? referenceSettleMs : 0);
  while (performance.now() < settledAtMs) {
    await screen.change("all");
    await untilShown(session, screen);
  }
  return { side, session };
}

/** Ours first. One after the other: hosts stumble over logins at the same time. */
export async function watchBoth(classroom: RealClassroom): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  for (const side of classroom.sides) watchers.push(await watch(side, classroom));
  return watchers;
}

async function untilShown(session: ApiSession, screen: ChangingScreen): Promise<void> {
  const isShown = async () => {
    const { status, bytes } = await session.get("framebuffer?format=jpeg");
    return status === 200 && screen.showsLast(await thumbnailOfFile(bytes));
  };
  await until(`the screen of ${session.url}`, isShown, shownWithinMs);
}
