/** What a host last said about itself, folded from its answers and pushes. */
import type { Uuid } from "../qt/uuid.ts";
import { featureIds } from "../veyon/feature-ids.ts";
import type { ReceivedFeatureMessage } from "../veyon/feature-message.ts";
import {
  decodeActiveFeatures,
  decodeApplicationVersion,
  decodeScreens,
  decodeSessionInfo,
  decodeUserInfo,
  type ScreenInfo,
  type SessionInfo,
  type UserInfo,
} from "../veyon/state-messages.ts";

/** A part of the state. */
export type StatePart = "user" | "session" | "features" | "screens" | "version";

const partByFeature: ReadonlyMap<Uuid, StatePart> = new Map([
  [featureIds.userInfo, "user"],
  [featureIds.sessionInfo, "session"],
  [featureIds.queryActiveFeatures, "features"],
  [featureIds.queryScreens, "screens"],
  [featureIds.queryApplicationVersion, "version"],
]);

/** The part that a message is about; null when it is about something else. */
export function statePartOf({ feature }: ReceivedFeatureMessage): StatePart | null {
  return partByFeature.get(feature) ?? null;
}

export class HostState {
  /** Null as long as the host has not said it. */
  user: UserInfo | null = null;
  /** Null on hosts before 4.8.0. */
  session: SessionInfo | null = null;
  activeFeatures: ReadonlySet<Uuid> = new Set();
  screens: readonly ScreenInfo[] = [];
  /** The number of QueryApplicationVersion; before 4.11.1 often too low. */
  applicationVersion: number | null = null;

  /** Takes in what a message says of a part; gives whether that is something new. */
  fold(part: StatePart, message: ReceivedFeatureMessage): boolean {
    const before = this.#of(part);
    switch (part) {
      case "user":
        this.user = decodeUserInfo(message);
        break;
      case "session":
        this.session = decodeSessionInfo(message);
        break;
      case "features":
        this.activeFeatures = decodeActiveFeatures(message);
        break;
      case "screens":
        this.screens = decodeScreens(message);
        break;
      case "version":
        this.applicationVersion = decodeApplicationVersion(message);
    }
    return !Bun.deepEquals(before, this.#of(part));
  }

  #of(part: StatePart): unknown {
    switch (part) {
      case "user":
        return this.user;
      case "session":
        return this.session;
      case "features":
        return this.activeFeatures;
      case "screens":
        return this.screens;
      case "version":
        return this.applicationVersion;
    }
  }
}
