/** Why no connection came about. */
export type ConnectFailure =
  /** There is no such name. */
  | "unknown-name"
  /** Nobody has said whether there is such a name. */
  | "no-name-server"
  /** Something answers, and refuses. */
  | "refused"
  /** The network is there, and no computer on it has this address now. */
  | "no-neighbour"
  /** Nothing leads from here to this address. */
  | "no-route"
  | "timed-out"
  /** The host, or each of its addresses, is none that may be called. */
  | "not-allowed"
  | "cancelled"
  /** This server has too much to do already. */
  | "overloaded"
  /** This server may not open any more sockets. */
  | "no-descriptors";

/** No TCP connection could be made. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";

  constructor(
    readonly failure: ConnectFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What a person reads of it; what is not certain says so. */
export const connectFailureText = {
  "unknown-name": "no such host name",
  "no-name-server": "no name server has said where it is",
  refused: "the connection is refused",
  "no-neighbour": "probably no computer has this address now: nobody answers to it",
  "no-route": "there is no route to this address from here",
} as const satisfies Partial<Record<ConnectFailure, string>>;
