/**
 * One computer's screen on others: a demo server there, and a demo client on each of them, with one
 * token. Hosts do not answer when they are told to start something, so they are asked whether they
 * have.
 */
import { setTimeout as delay } from "node:timers/promises";
import { HostError } from "../connect/host-error.ts";
import { demoServer, fullScreenDemo, windowDemo } from "../hosts/features/demo.ts";
import type { Feature } from "../hosts/features/feature.ts";
import { LimitError } from "./limit-error.ts";
import type { WatchedHost } from "./watched-host.ts";

/** How the screen is shown. */
export const broadcastModes = ["fullScreen", "window"] as const;
export type BroadcastMode = (typeof broadcastModes)[number];

export interface Broadcast {
  readonly mode: BroadcastMode;
  /** Under what address the others reach the computer. */
  readonly host: string;
  /** Where its demo server listens. */
  readonly port: number;
  readonly token: string;
}

/** How it went on one computer: null, or what went wrong. */
export type Outcome = Error | null;

/** A worker process that has to start first takes up to 2 s. */
const startMaxMs = 5000;

/** One that has to end takes less. */
const stopMaxMs = 5000;

/** Veyon Server itself finds out about its features every 250 ms. */
const lookMs = 250;

const clients: Readonly<Record<BroadcastMode, Feature>> = {
  fullScreen: fullScreenDemo,
  window: windowDemo,
};

export class Broadcasts {
  /** To whom each computer's screen has been shown last. */
  readonly #targets = new WeakMap<WatchedHost, readonly WatchedHost[]>();
  readonly #busy = new Set<WatchedHost>();

  /** Those who have been shown the computer's screen last. */
  targetsOf(source: WatchedHost): readonly WatchedHost[] {
    return this.#targets.get(source) ?? [];
  }

  /**
   * Shows the screen of one computer on others, in place of what it has been shown on before. Where
   * it works on none, nothing of it is left running. Throws HostError when the computer itself
   * fails, LimitError when another start or stop of it is under way.
   */
  start(
    source: WatchedHost,
    targets: readonly WatchedHost[],
    broadcast: Broadcast,
  ): Promise<readonly Outcome[]> {
    return this.#alone(source, async () => {
      if (targets.length === 0) return [];
      await Promise.all(this.targetsOf(source).map(stopClients));
      this.#targets.delete(source);
      const { mode, host, port, token } = broadcast;
      const server = { demoAccessToken: token, demoServerPort: port };
      // Until all of it is started, since until then nobody knows of it who could stop it.
      const undo = [
        stopWhenClosed(source, demoServer),
        ...targets.map((target) => stopWhenClosed(target, clients[mode])),
      ];
      try {
        await startAnew(source, [demoServer], demoServer, server);
        const client = { ...server, demoServerHost: host };
        const outcomes = await Promise.all(
          targets.map((target) =>
            outcomeOf(startAnew(target, Object.values(clients), clients[mode], client)),
          ),
        );
        if (source.host.currentSession === null) await Promise.all(targets.map(stopClients));
        // Throws when it is gone: there is nothing to be seen then.
        void source.host.session;
        const shown = targets.filter((_, index) => outcomes[index] === null);
        if (shown.length > 0) this.#targets.set(source, shown);
        else await outcomeOf(stop(source, demoServer));
        return outcomes;
      } finally {
        for (const each of undo) each();
      }
    });
  }

  /** Ends it on the targets, then on the computer itself. Throws HostError when that fails. */
  stop(source: WatchedHost, targets: readonly WatchedHost[]): Promise<readonly Outcome[]> {
    return this.#alone(source, async () => {
      const outcomes = await Promise.all(targets.map(stopClients));
      const others = this.targetsOf(source).filter((target) => !targets.includes(target));
      await Promise.all(others.map(stopClients));
      await stop(source, demoServer);
      this.#targets.delete(source);
      return outcomes;
    });
  }

  async #alone<T>(source: WatchedHost, work: () => Promise<T>): Promise<T> {
    if (this.#busy.has(source)) {
      throw new LimitError("a broadcast of this connection is being started or stopped");
    }
    this.#busy.add(source);
    try {
      return await work();
    } finally {
      this.#busy.delete(source);
    }
  }
}

/** Starts a feature where none of `rivals` runs any more. What fails is not left running. */
async function startAnew(
  watched: WatchedHost,
  rivals: readonly Feature[],
  feature: Feature,
  args: object,
): Promise<void> {
  for (const rival of rivals) {
    if (!(await becomes(watched, rival, false, 0))) await stop(watched, rival);
    if (!(await becomes(watched, rival, false, stopMaxMs))) {
      throw new HostError("silent", `the host has not ended ${rival.name} within ${stopMaxMs} ms`);
    }
  }
  try {
    const request = { feature, isActive: true, arguments: args };
    await watched.control(request);
    if (await becomes(watched, feature, true, startMaxMs)) return;
    throw new HostError(
      "silent",
      `the host has not started ${feature.name} within ${startMaxMs} ms: nobody is logged on, or it is switched off there`,
    );
  } catch (error) {
    await outcomeOf(stop(watched, feature));
    throw error;
  }
}

/** Whether the host says so within that time. Throws HostError. */
async function becomes(
  { host }: WatchedHost,
  { uid }: Feature,
  isActive: boolean,
  waitMaxMs: number,
): Promise<boolean> {
  const endMs = performance.now() + waitMaxMs;
  for (;;) {
    const { state } = host.session;
    await state.refresh("features");
    if (state.known.activeFeatures.has(uid) === isActive) return true;
    if (performance.now() >= endMs) return false;
    await delay(lookMs);
  }
}

async function stop(watched: WatchedHost, feature: Feature): Promise<void> {
  const request = { feature, isActive: false, arguments: {} };
  await watched.control(request);
}

function stopClients(watched: WatchedHost): Promise<Outcome> {
  return outcomeOf(
    Promise.all(Object.values(clients).map((client) => stop(watched, client))).then(() => {}),
  );
}

/** What is being started is ended with its connection. Gives what ends that. */
function stopWhenClosed({ events, host, features }: WatchedHost, feature: Feature): () => void {
  return events.subscribe(({ kind }) => {
    if (kind !== "closed") return;
    for (const message of feature.stop(features)) host.currentSession?.send(message);
  });
}

async function outcomeOf(work: Promise<void>): Promise<Outcome> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
