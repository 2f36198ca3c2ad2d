import type { Uuid } from "../qt/uuid.ts";
import { int, map, string, stringList, type Variant } from "../qt/variant.ts";
import type { FeatureMessage, ReceivedFeatureMessage } from "../veyon/feature-message.ts";
import { featureIds } from "../veyon/feature-ids.ts";
import { ReceivedMessages } from "./received-messages.ts";
import type { SimHostOptions, SimMonitor, SimSession, SimUser } from "./sim-options.ts";
import type { SimScreen } from "./sim-screen.ts";
import type { SimTraits } from "./sim-traits.ts";

/** Commands that start and stop what stays active. A text message is closed by its reader. */
const lastingFeatures: ReadonlyMap<
  Uuid,
  { start: number; stop: number | null; needsUser: boolean }
> = new Map([
  [featureIds.screenLock, { start: 0, stop: 1, needsUser: true }],
  [featureIds.inputDevicesLock, { start: 0, stop: 1, needsUser: true }],
  [featureIds.textMessage, { start: 0, stop: null, needsUser: true }],
  [featureIds.demoServer, { start: 0, stop: 1, needsUser: false }],
  [featureIds.fullScreenDemo, { start: 2, stop: 3, needsUser: true }],
  [featureIds.windowDemo, { start: 2, stop: 3, needsUser: true }],
]);

/** A simulated host's mind: who is logged on, what is active, what it answers. */
export class SimFeatures {
  /** null: nobody is logged on. */
  user: SimUser | null;
  session: SimSession;
  /** In place of one screen that is all of the picture. */
  screens: readonly SimMonitor[] | null = null;
  readonly received = new ReceivedMessages();
  /** Told whenever a feature became active or inactive. */
  readonly listeners = new Set<() => void>();
  readonly #active: Uuid[] = [featureIds.systemTrayIcon];
  readonly #starting = new Map<Uuid, NodeJS.Timeout>();

  constructor(
    private readonly traits: SimTraits,
    private readonly screen: SimScreen,
    private readonly options: SimHostOptions,
  ) {
    this.user = options.user === undefined ? { login: "pupil", fullName: "Pupil" } : options.user;
    this.session = { hostName: options.name ?? "sim-host", ...options.session };
  }

  isActive(feature: Uuid): boolean {
    return this.#active.includes(feature);
  }

  /** Makes a feature active, after the time that its worker takes to start. */
  start(feature: Uuid): void {
    if (this.isActive(feature) || this.#starting.has(feature)) return;
    const begin = () => {
      this.#starting.delete(feature);
      this.#active.unshift(feature);
      for (const listener of this.listeners) listener();
    };
    const delayMs = this.options.workerStartMs ?? 0;
    if (delayMs === 0) begin();
    else this.#starting.set(feature, setTimeout(begin, delayMs));
  }

  stop(feature: Uuid): void {
    clearTimeout(this.#starting.get(feature));
    this.#starting.delete(feature);
    const index = this.#active.indexOf(feature);
    if (index === -1) return;
    this.#active.splice(index, 1);
    for (const listener of this.listeners) listener();
  }

  /** As when the computer goes off: nothing stays active. */
  reset(): void {
    for (const feature of [...this.#starting.keys(), ...this.#active]) {
      if (feature !== featureIds.systemTrayIcon) this.stop(feature);
    }
  }

  /** Does what the message wants; the answer, if it is a question. */
  handle(message: ReceivedFeatureMessage): FeatureMessage | null {
    const lasting = lastingFeatures.get(message.feature);
    if (lasting !== undefined && !(lasting.needsUser && this.user === null)) {
      const showsItself =
        message.feature === featureIds.fullScreenDemo && this.isActive(featureIds.demoServer);
      if (message.command === lasting.start && !showsItself) this.start(message.feature);
      else if (message.command === lasting.stop) this.stop(message.feature);
    }
    this.received.add(message);
    return message.command === 0 ? this.#answer(message.feature) : null;
  }

  /** What clients are told unasked, in the order of a real host. */
  announcements(): FeatureMessage[] {
    if (!this.traits.answersQueries) return [];
    const told = [featureIds.queryActiveFeatures, featureIds.userInfo, featureIds.sessionInfo];
    return [...told, featureIds.queryScreens]
      .map((feature) => this.#answer(feature))
      .filter((answer) => answer !== null);
  }

  #answer(feature: Uuid): FeatureMessage | null {
    const { traits, user, session } = this;
    const reply = (args: FeatureMessage["arguments"]) => ({ feature, command: 0, arguments: args });
    const sessionId = int(user === null ? -1 : (session.id ?? 0));
    switch (feature) {
      case featureIds.queryActiveFeatures: {
        const list = stringList(this.#active.map((uuid) => `{${uuid}}`));
        // Veyon 5 sends the name of another argument with the same number.
        return reply([[{ number: 0, name: "UserLoginName" }, list]]);
      }
      case featureIds.userInfo:
        return reply([
          [{ number: 0, name: "UserLoginName" }, string(user?.login ?? null)],
          [{ number: 1, name: "UserFullName" }, string(user?.fullName ?? null)],
          ...(traits.userHasSessionId
            ? [[{ number: 2, name: "UserSessionId" }, sessionId] as const]
            : []),
        ]);
      case featureIds.sessionInfo:
        if (traits.userHasSessionId) return null;
        return reply([
          [{ number: 2, name: "SessionId" }, int(session.id ?? 0)],
          [{ number: 6, name: "SessionUptime" }, int(session.uptimeSeconds ?? -1)],
          [{ number: 7, name: "SessionHostName" }, string(session.hostName ?? null)],
          [{ number: 8, name: "SessionClientAddress" }, string(session.clientAddress ?? null)],
          [{ number: 9, name: "SessionClientName" }, string(session.clientName ?? null)],
          ...(traits.sessionHasMetadata
            ? [[{ number: 10, name: "SessionMetaData" }, string(session.metaData ?? null)] as const]
            : []),
        ]);
      case featureIds.queryScreens:
        if (!traits.answersQueries) return null;
        return reply([[{ number: 3, name: "ScreenInfoList" }, this.#screens()]]);
      case featureIds.queryApplicationVersion:
        if (!traits.answersQueries) return null;
        return reply([[{ number: 5, name: "ApplicationVersion" }, int(traits.applicationVersion)]]);
      case featureIds.monitoringMode:
        return traits.answersQueries ? reply([]) : null;
      default:
        return null;
    }
  }

  #screens(): Variant {
    const screens = this.screens ?? [{ name: "screen", ...this.screen.bounds }];
    const value = screens.map(({ name, x, y, width, height }, index) => {
      const geometry = { left: x, top: y, right: x + width - 1, bottom: y + height - 1 };
      return map([
        ["name", string(`Screen ${index + 1} – ${name}`)],
        ["geometry", { type: "QRect", value: geometry }],
      ]);
    });
    return { type: "QVariantList", value };
  }
}
