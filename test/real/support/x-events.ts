/** What keys and buttons do on the screen of a real host, as xev tells. */
import { until } from "./until.ts";
import type { VeyonHost } from "./veyon-host.ts";

/** Its window is 300 x 200, at 100, 100 of the screen. */
export async function startXev(host: VeyonHost) {
  const xev = await host.run(["stdbuf", "-oL", "xev", "-geometry", "300x200+100+100"]);
  await until("xev", async () =>
    (await host.screen.windows()).some(({ name }) => name === "Event Tester"),
  );
  return { events: () => eventsIn(xev.log()) };
}

/** The events that xev has written, as `KeyPress a`, `ButtonPress 1`. */
function eventsIn(log: string): string[] {
  return log.split("\n\n").flatMap((text) => {
    const [, event] = /^(Key(?:Press|Release)|Button(?:Press|Release)) event/m.exec(text) ?? [];
    if (event === undefined) return [];
    const [, detail] = /button (\d+)/.exec(text) ?? /keysym 0x[0-9a-f]+, (\w+)/.exec(text) ?? [];
    return [`${event} ${detail}`];
  });
}
