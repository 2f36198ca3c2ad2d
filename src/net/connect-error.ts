/** Why no connection came about. */
export type ConnectFailure = "refused" | "unknown-host" | "timed-out" | "cancelled";

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
