import type { Computer } from "./classroom.ts";

/** What there is to know about a computer beside its picture; null when all is as it should be. */
export function describeState(computer: Computer): string | null {
  const { state, lastSeen, problem } = computer;
  if (state === "failed") return problem ?? "Not reachable";
  if (state === "lost")
    return `Not reachable${lastSeen === null ? "" : `, last seen ${clock(lastSeen)}`}`;
  return state === "connecting" ? "Connecting …" : problem;
}

export function describeUser({ user }: Computer): string {
  if (user === null) return "";
  return user === "" ? "Nobody is logged on" : user;
}

export function describeLock({ isLocked, isInputLocked }: Computer): string | null {
  if (isLocked) return "Locked";
  return isInputLocked ? "Input locked" : null;
}

function clock(time: Date): string {
  return time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
