import { TestViewer } from "../../support/rfb-viewer.ts";
import { onceOver } from "./fixture-host.ts";

/** A viewer of `live/rfb`. */
export class RfbSocket {
  readonly viewer: TestViewer;
  readonly socket: WebSocket;
  /** The code and the reason with which it was closed. */
  readonly closed: Promise<string>;
  readonly opened: Promise<void>;

  private constructor(url: string) {
    const { promise: closed, resolve: close } = Promise.withResolvers<string>();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.closed = closed;
    this.opened = opened;
    this.socket = new WebSocket(url, "binary");
    this.socket.binaryType = "arraybuffer";
    this.viewer = new TestViewer((bytes) => this.socket.send(bytes));
    this.socket.onopen = () => open();
    this.socket.onmessage = ({ data }) =>
      this.viewer.stream.push(new Uint8Array(data as ArrayBuffer));
    this.socket.onclose = ({ code, reason }) => {
      this.viewer.stream.end();
      close(`${code} ${reason}`.trim());
    };
    onceOver(() => this.socket.terminate());
  }

  /** Before the handshake of RFB. `url`: of the server. */
  static async open(url: string, ticket: string): Promise<RfbSocket> {
    const address = `${url.replace("http", "ws")}/api/v1/live/rfb?ticket=${ticket}`;
    const opened = new RfbSocket(address);
    await opened.opened;
    return opened;
  }
}
