/** The peer sent bytes that its protocol does not allow. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** The connection ended where more bytes had to come. */
export class EndOfStreamError extends Error {
  override readonly name = "EndOfStreamError";
}
