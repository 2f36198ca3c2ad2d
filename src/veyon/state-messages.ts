/**
 * The queries about a host's state, and what its answers and pushes say. Both have the same form.
 */
import { nilUuid, parseUuid, type Uuid } from "../qt/uuid.ts";
import type { Variant } from "../qt/variant.ts";
import {
  argument,
  type ArgumentKey,
  type FeatureMessage,
  type ReceivedFeatureMessage,
} from "./feature-message.ts";

const key = {
  applicationVersion: { number: 5, name: "ApplicationVersion" },
  // Two members of Veyon 5's enumeration share the number 0, and the other one's name goes out.
  activeFeatures: { number: 0, name: "UserLoginName", alias: "ActiveFeaturesList" },
  login: { number: 0, name: "UserLoginName" },
  fullName: { number: 1, name: "UserFullName" },
  userSessionId: { number: 2, name: "UserSessionId" },
  sessionId: { number: 2, name: "SessionId" },
  sessionUptime: { number: 6, name: "SessionUptime" },
  sessionHostName: { number: 7, name: "SessionHostName" },
  sessionClientAddress: { number: 8, name: "SessionClientAddress" },
  sessionClientName: { number: 9, name: "SessionClientName" },
  screens: { number: 3, name: "ScreenInfoList" },
  details: { number: 0, name: "Details" },
} as const satisfies Record<string, ArgumentKey>;

export interface UserInfo {
  /** Empty when nobody is logged on. */
  readonly login: string;
  readonly fullName: string;
  /** Sent up to 4.7.5 only; -1 without a user. */
  readonly sessionId: number | null;
}

export interface SessionInfo {
  readonly sessionId: number;
  /** Seconds since the user's logon; -1 when the host cannot tell. */
  readonly uptimeSeconds: number;
  readonly hostName: string;
  readonly clientAddress: string;
  readonly clientName: string;
}

export interface ScreenInfo {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The question; the answer has the same feature. */
export function query(feature: Uuid): FeatureMessage {
  return { feature, command: 0, arguments: [] };
}

export function decodeApplicationVersion(message: ReceivedFeatureMessage): number | null {
  const value = argument(message, key.applicationVersion);
  return value?.type === "Int" ? value.value : null;
}

/** Sent as text in braces. What is no UUID is left out. */
export function decodeActiveFeatures(message: ReceivedFeatureMessage): ReadonlySet<Uuid> {
  const value = argument(message, key.activeFeatures);
  const texts = value?.type === "QStringList" ? value.value : [];
  const uuids = texts.map((text) => parseUuid(text) ?? nilUuid);
  return new Set(uuids.filter((uuid) => uuid !== nilUuid));
}

export function decodeUserInfo(message: ReceivedFeatureMessage): UserInfo {
  const sessionId = argument(message, key.userSessionId);
  return {
    login: text(argument(message, key.login)),
    fullName: text(argument(message, key.fullName)),
    sessionId: sessionId?.type === "Int" ? sessionId.value : null,
  };
}

export function decodeSessionInfo(message: ReceivedFeatureMessage): SessionInfo {
  return {
    sessionId: number(argument(message, key.sessionId)),
    uptimeSeconds: number(argument(message, key.sessionUptime)),
    hostName: text(argument(message, key.sessionHostName)),
    clientAddress: text(argument(message, key.sessionClientAddress)),
    clientName: text(argument(message, key.sessionClientName)),
  };
}

export function decodeScreens(message: ReceivedFeatureMessage): ScreenInfo[] {
  const list = argument(message, key.screens);
  if (list?.type !== "QVariantList") return [];
  return list.value.flatMap((entry) => {
    if (entry.type !== "QVariantMap") return [];
    const name = text(entry.value.get("name"));
    const geometry = entry.value.get("geometry");
    if (geometry?.type !== "QRect") return [];
    const { left, top, right, bottom } = geometry.value;
    return [{ name, x: left, y: top, width: right - left + 1, height: bottom - top + 1 }];
  });
}

/** One short sentence, which the caller is told. */
const denialCharactersMax = 300;

/** The reason, in the host's language; empty if it says none. */
export function decodeAccessDenial(message: ReceivedFeatureMessage): string {
  return text(argument(message, key.details)).slice(0, denialCharactersMax);
}

function text(variant: Variant | undefined): string {
  return variant?.type === "QString" ? (variant.value ?? "") : "";
}

function number(variant: Variant | undefined): number {
  return variant?.type === "Int" ? variant.value : -1;
}
