/** What a host last said about itself, folded from its answers and pushes. */
import type { Uuid } from "../qt/uuid.ts";
import type { ReceivedFeatureMessage } from "../veyon/feature-message.ts";
import {
  decodeActiveFeatures,
  decodeApplicationVersion,
  decodeScreens,
  decodeSessionInfo,
  decodeUserInfo,
  type ScreenInfo,
  type SessionInfo,
  stateFeature,
  type UserInfo,
} from "../veyon/state-messages.ts";

export class HostState {
  /** Null as long as the host has not said it. */
  user: UserInfo | null = null;
  /** Null on hosts before 4.8.0. */
  session: SessionInfo | null = null;
  activeFeatures: ReadonlySet<Uuid> = new Set();
  screens: readonly ScreenInfo[] = [];
  /** The number of QueryApplicationVersion; before 4.11.1 often too low. */
  applicationVersion: number | null = null;

  readonly #told = new Map<Uuid, PromiseWithResolvers<void>>(
    Object.values(stateFeature).map((feature) => [feature, Promise.withResolvers<void>()]),
  );

  /** Settles when the host has said this for the first time. */
  told(what: keyof typeof stateFeature): Promise<void> {
    return this.#told.get(stateFeature[what])!.promise;
  }

  /** Takes in a message; those about something else are left alone. */
  fold(message: ReceivedFeatureMessage): void {
    this.#read(message);
    this.#told.get(message.feature)?.resolve();
  }

  #read(message: ReceivedFeatureMessage): void {
    switch (message.feature) {
      case stateFeature.userInfo:
        this.user = decodeUserInfo(message);
        return;
      case stateFeature.sessionInfo:
        this.session = decodeSessionInfo(message);
        return;
      case stateFeature.activeFeatures:
        this.activeFeatures = decodeActiveFeatures(message);
        return;
      case stateFeature.screens:
        this.screens = decodeScreens(message);
        return;
      case stateFeature.applicationVersion:
        this.applicationVersion = decodeApplicationVersion(message);
    }
  }
}
