/** A WebSocket (RFC 6455), as those see it who speak a protocol on it. */
export interface MessageSocket {
  /** The subprotocol that was agreed upon; empty when the client has offered none. */
  readonly protocol: string;
  /** Bytes that the system has not taken yet. Nothing but its caller limits what `send` adds. */
  readonly unsentBytes: number;
  /**
   * Sends a text or, as bytes, a binary message. Settles when the system has taken it, and when the
   * socket has ended; never rejects. Whoever awaits it before the next message queues nothing.
   */
  send(message: string | Uint8Array): Promise<void>;
  /**
   * Settles when the client has read all that was sent before, as its answer to a ping tells, which
   * every client gives by itself; and when the socket has ended.
   */
  allRead(): Promise<void>;
  /** Says goodbye. Of `reason` there is room for 123 bytes. */
  close(code: CloseCode, reason: string): void;
}

/** Why a socket is closed (RFC 6455, 7.4.1). */
export const CloseCode = {
  Normal: 1000,
  /** The server stops. */
  GoingAway: 1001,
  /** What the client has sent breaks the rules of the protocol. */
  PolicyViolation: 1008,
  InternalError: 1011,
  TryAgainLater: 1013,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** The other half: hears what comes. */
export interface MessageListener {
  /** A text, or the bytes of a binary message. */
  onMessage(message: string | Uint8Array): void;
  /** The socket has ended, for whatever reason. Nothing comes after it. */
  onClose(): void;
}

/** Begins a protocol on a socket that is open. */
export type OpenSocket = (socket: MessageSocket) => MessageListener;
