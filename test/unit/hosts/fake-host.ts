/** Stand-ins for a connection to a host and for what makes them. */
import { HostTraffic } from "../../../src/hosts/host-traffic.ts";
import { BufferPool } from "../../../src/bytes/buffer-pool.ts";
import { ByteStream } from "../../../src/bytes/byte-stream.ts";
import type { HostAddress } from "../../../src/connect/host-address.ts";
import type { HostConnector, LoggedIn } from "../../../src/connect/host-connector.ts";
import type { VeyonConnection } from "../../../src/connect/veyon-connection.ts";
import type { SessionResources } from "../../../src/hosts/host-session.ts";
import { MemoryBudget } from "../../../src/scheduling/memory-budget.ts";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import type { Generation } from "../../../src/veyon/authentication.ts";
import type { AuthenticationMethod } from "../../../src/veyon/authentication-methods.ts";

export interface FakeVeyon {
  readonly veyon: VeyonConnection;
  readonly isClosed: () => boolean;
}

export interface FakeVeyonOptions {
  readonly methods?: readonly AuthenticationMethod[];
  readonly generation?: Generation;
  readonly stream?: ByteStream;
  readonly send?: (bytes: Uint8Array) => void;
}

export const address: HostAddress = { host: "pc-07", port: 11100 };

/** A host that has listed its methods. */
export function fakeVeyon(options: FakeVeyonOptions = {}): FakeVeyon {
  const { methods = ["AuthKeys"], generation = 4, send = () => {} } = options;
  const { stream = new ByteStream({ pause() {}, resume() {} }) } = options;
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  const connection = {
    stream,
    send,
    isLocal: false,
    closed: closed.promise,
    finish(reason: Error | null = null) {
      this.close(reason);
    },
    close(reason: Error | null = null) {
      isClosed = true;
      stream.end(reason);
      closed.resolve();
    },
  };
  const veyon = { address, connection, transport: "plain", offer: { generation, methods } };
  return { veyon: veyon as unknown as VeyonConnection, isClosed: () => isClosed };
}

export interface FakeLogin {
  readonly loggedIn: LoggedIn;
  /** What the host sends. */
  readonly stream: ByteStream;
  readonly isClosed: () => boolean;
}

/** A host that has let us in. */
export function fakeLogin(
  size = { width: 2, height: 1 },
  options: Omit<FakeVeyonOptions, "stream"> = {},
): FakeLogin {
  const stream = new ByteStream({ pause() {}, resume() {} });
  const { veyon, isClosed } = fakeVeyon({ ...options, stream });
  const init = { ...size, desktopName: "pc-07:0" };
  return { loggedIn: { veyon, init }, stream, isClosed };
}

export function sessionResources(): SessionResources {
  return {
    slicer: new TimeSlicer(),
    memory: new MemoryBudget(Infinity, "test"),
    pool: new BufferPool(1024 * 1024),
    traffic: new HostTraffic(),
    updateIntervalMs: 1000,
  };
}

/** A connector that only has what a test gives it, and allows every host. */
export function fakeConnector(parts: Partial<HostConnector>): HostConnector {
  return { checkAllowed: () => {}, isTrusted: () => true, ...parts } as HostConnector;
}
