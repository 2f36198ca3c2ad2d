/** The one socket for all pictures and events of a room: `veyon-live.v1`, see docs/live.md. */
import { decodePictureMessage, type PictureMessage } from "./picture-message.ts";

export interface Watch {
  /** Pixels of the screen that shows it. */
  readonly width: number;
  readonly quality: number;
  readonly fps: number;
}

/** What happens to a computer; `connection` is its place among those of the socket. */
export type LiveEvent =
  | { event: "user"; data: { connection: number; login: string; fullName: string } }
  | { event: "features"; data: { connection: number; active: readonly { uid: string }[] } }
  | {
      event: "connection";
      data: {
        connection: number;
        state: "online" | "lost" | "back" | "closed";
        reason?: string;
        details?: string;
      };
    }
  | { event: "session" | "screens"; data: { connection: number } };

interface ErrorMessage {
  readonly type: "error";
  readonly view?: number;
  readonly error: { readonly message: string; readonly details?: string };
}

export interface LiveListener {
  onOpen(): void;
  onEvent(event: LiveEvent): void;
  onPicture(message: PictureMessage): void;
  onProblem(view: number | null, text: string): void;
  onClose(reason: string): void;
}

export class LiveSocket {
  readonly #socket: WebSocket;

  constructor(url: string, listener: LiveListener) {
    this.#socket = new WebSocket(url, "veyon-live.v1");
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => listener.onOpen();
    this.#socket.onclose = ({ reason }) => listener.onClose(reason);
    this.#socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== "string") {
        const picture = decodePictureMessage(data);
        if (picture !== null) listener.onPicture(picture);
        return;
      }
      const message = JSON.parse(data) as ({ type: "event" } & LiveEvent) | ErrorMessage;
      if (message.type === "event") listener.onEvent(message);
      else if (message.type === "error") {
        const { view = null, error } = message;
        listener.onProblem(view, error.details ?? error.message);
      }
    };
  }

  /** `connection`: the place of the computer. Replaces what the view has shown. */
  watch(view: number, connection: number, { width, quality, fps }: Watch): void {
    this.#send({ type: "watch", view, connection, width, quality, fps });
  }

  unwatch(view: number): void {
    this.#send({ type: "unwatch", view });
  }

  /** Nothing more is heard of it. */
  close(): void {
    const socket = this.#socket;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
