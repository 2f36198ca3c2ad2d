/** Viewers that speak RFB (RFC 6143), each on a WebSocket of its own. */
import { ByteStream } from "../bytes/byte-stream.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import type { DirectCodec } from "../image/strips/codec.ts";
import type { Logger } from "../log/logger.ts";
import type { TimeSlicer } from "../scheduling/time-slicer.ts";
import { ScreenEncoder } from "../viewer/screen-encoder.ts";
import { NoScreenError } from "../viewer/viewed-screen.ts";
import { Viewer } from "../viewer/viewer.ts";
import type { WatchedHost } from "../watch/watched-host.ts";
import type { HeldInput } from "./held-input.ts";
import { CloseCode, type MessageListener, type MessageSocket } from "./message-socket.ts";
import { ViewedHost } from "./viewed-host.ts";
import { viewerInput } from "./viewer-input.ts";

export interface RfbViewersOptions {
  readonly slicer: TimeSlicer;
  /** Null where there is none that is fast enough on this thread. */
  readonly jpegCodec: () => DirectCodec | null;
  readonly log: Logger;
}

/** Messages of a viewer that may wait, since it sends more than are read (viewerLimits). */
const unreadMessagesMax = 4096;

interface SharedEncoder {
  readonly encoder: ScreenEncoder;
  viewers: number;
}

interface Goodbye {
  readonly code: CloseCode;
  readonly reason: string;
}

export class RfbViewers {
  readonly #options: RfbViewersOptions;
  /** Of the computers that somebody looks at. */
  readonly #encoders = new Map<WatchedHost, SharedEncoder>();

  constructor(options: RfbViewersOptions) {
    this.#options = options;
  }

  /** `held`: null for a viewer that may only look. `onEnd` hears why it is over. */
  serve(
    socket: MessageSocket,
    watched: WatchedHost,
    held: HeldInput | null,
    onEnd: (reason: string) => void,
  ): MessageListener {
    const cut = (reason: string) => viewer.close(new ProtocolError(reason));
    // A socket cannot be paused.
    const stream = new ByteStream({ pause: () => cut(tooFast), resume() {} });
    const viewer = new Viewer({
      stream,
      sink: socket,
      screen: new ViewedHost(watched),
      encoder: this.#takeEncoder(watched),
      line: this.#options.slicer.openLine(),
      input: held && viewerInput(held),
    });
    void this.#run(viewer).then(({ code, reason }) => {
      stream.end();
      held?.withdraw();
      this.#giveEncoder(watched);
      socket.close(code, reason);
      onEnd(reason === "" ? "client" : reason);
    });
    let unreadMessages = 0;
    return {
      onMessage(message) {
        if (typeof message === "string") {
          cut("RFB comes in binary messages, and this is a text");
          return;
        }
        unreadMessages = stream.availableBytes === 0 ? 1 : unreadMessages + 1;
        if (unreadMessages > unreadMessagesMax) cut(tooFast);
        stream.push(message);
      },
      onClose: () => viewer.close(null),
    };
  }

  async #run(viewer: Viewer): Promise<Goodbye> {
    try {
      await viewer.run();
      return goodbye;
    } catch (error) {
      if (!(error instanceof Error) || error instanceof EndOfStreamError) return goodbye;
      const { message: reason } = error;
      if (error instanceof ProtocolError) return { code: CloseCode.PolicyViolation, reason };
      if (error instanceof NoScreenError) return { code: CloseCode.TryAgainLater, reason };
      this.#options.log.error("viewer failed", { error: error.stack ?? String(error) });
      return { code: CloseCode.InternalError, reason: "Internal error" };
    }
  }

  #takeEncoder(watched: WatchedHost): ScreenEncoder {
    let shared = this.#encoders.get(watched);
    if (shared === undefined) {
      shared = { encoder: new ScreenEncoder(this.#options.jpegCodec()), viewers: 0 };
      this.#encoders.set(watched, shared);
    }
    shared.viewers++;
    return shared.encoder;
  }

  #giveEncoder(watched: WatchedHost): void {
    const shared = this.#encoders.get(watched)!;
    shared.viewers--;
    if (shared.viewers === 0) this.#encoders.delete(watched);
  }
}

const goodbye: Goodbye = { code: CloseCode.Normal, reason: "" };

const tooFast = "the viewer sends more than is read";
