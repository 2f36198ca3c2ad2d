/** What a host has said of itself, with the keys that the API gives it. */
import { featureByUid } from "../hosts/features/table.ts";
import type { HostSession } from "../hosts/host-session.ts";

/** Who is logged on. `session` is what clients of 4.7 expect; -1 without a user. */
export function describeUser({ state }: HostSession) {
  const { login = "", fullName = "" } = state.known.user ?? {};
  return { fullName, login, session: login === "" ? -1 : state.sessionId };
}

export function describeSession({ sessionInfo }: HostSession) {
  return {
    sessionClientAddress: sessionInfo.clientAddress,
    sessionClientName: sessionInfo.clientName,
    sessionHostName: sessionInfo.hostName,
    sessionId: sessionInfo.sessionId,
    sessionUptime: sessionInfo.uptimeSeconds,
  };
}

/** A feature that is newer than this program has no name. */
export function describeFeatures({ state }: HostSession) {
  const uids = [...state.known.activeFeatures].sort();
  return { active: uids.map((uid) => ({ name: featureByUid(uid)?.name ?? null, uid })) };
}

/** By the numbers that pictures of one screen are asked for with; places are those of the host. */
export function describeScreens({ state }: HostSession) {
  const screens = state.known.screens.map(({ name, x, y, width, height }, index) => {
    return { screen: index + 1, name, x, y, width, height };
  });
  return { screens };
}

/**
 * Which Veyon it is. Before 4.11.1 a host may name a version that is too low; before 4.7.0, and
 * with Veyon 5, it names none.
 */
export function describeVeyon({ generation, state }: HostSession) {
  const { applicationVersion } = state.known;
  const isNamed = generation === 4 && applicationVersion !== null;
  return { generation, version: isNamed ? `4.${applicationVersion}` : null };
}
