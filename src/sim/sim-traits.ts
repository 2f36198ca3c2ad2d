/** What sets one Veyon release apart from the others, seen from a client. */
export interface SimTraits {
  /** TLS first, methods by UUID, arguments by name. */
  readonly veyon5: boolean;
  /** The greeting ends in NUL instead of LF. */
  readonly greetsWithNul: boolean;
  /**
   * 4.11.1: strict client version, more than it may arrive at once, time and size limits, pushes at
   * once.
   */
  readonly hardened: boolean;
  /** Application version, screens, ping and the minimum update interval; pushes. */
  readonly answersQueries: boolean;
  /** UserInfo carries the session id; there is no SessionInfo. */
  readonly userHasSessionId: boolean;
  readonly sessionHasMetadata: boolean;
  /** Otherwise the first Tight rectangle closes the connection. */
  readonly relaysTight: boolean;
  readonly relaysExtendedDesktopSize: boolean;
  /** Says why access is denied; others just close. */
  readonly givesReason: boolean;
  /** User names above 256 UTF-16 units close the connection. */
  readonly limitsUserName: boolean;
  /** What QueryApplicationVersion answers. */
  readonly applicationVersion: number;
}

export function traitsOf(version: string): SimTraits {
  const [major, minor = 0, patch = 0] = version.split(".").map(Number);
  const since = (wantedMinor: number, wantedPatch = 0) =>
    major >= 5 || minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch);
  const veyon5 = major >= 5;
  return {
    veyon5,
    greetsWithNul: since(10, 4) && !veyon5,
    hardened: since(11, 1) && !veyon5,
    answersQueries: since(7),
    userHasSessionId: !since(8),
    sessionHasMetadata: since(9, 2),
    relaysTight: since(8),
    relaysExtendedDesktopSize: since(7, 4),
    givesReason: since(9, 4),
    limitsUserName: since(10, 4),
    applicationVersion: veyon5 ? 10 : minor,
  };
}
