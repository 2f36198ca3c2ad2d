/** Stand-ins for a connection to a host and for what makes them. */
import { ByteStream } from "../../../src/bytes/byte-stream.ts";
import type { HostAddress } from "../../../src/hosts/host-address.ts";
import type { HostConnector } from "../../../src/hosts/host-connector.ts";
import type { VeyonConnection } from "../../../src/hosts/veyon-connection.ts";
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
    close(reason: Error | null = null) {
      isClosed = true;
      stream.end(reason);
      closed.resolve();
    },
  };
  const veyon = { address, connection, transport: "plain", offer: { generation, methods } };
  return { veyon: veyon as unknown as VeyonConnection, isClosed: () => isClosed };
}

/** A connector that only has what a test gives it. */
export function fakeConnector(parts: Partial<HostConnector>): HostConnector {
  return parts as HostConnector;
}
