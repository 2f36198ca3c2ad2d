import type { ByteSink } from "../../src/rfb/handshake.ts";

/** Keeps what is sent, one hexadecimal text for each call. */
export class RecordingSink implements ByteSink {
  readonly sent: string[] = [];

  send(bytes: Uint8Array): void {
    this.sent.push(bytes.toHex());
  }
}
