import { randomBytes, randomUUID } from "node:crypto";
import type { CloseReason, ConnectionPool, PooledConnection } from "../hosts/connection-pool.ts";
import type { FeatureContext } from "../hosts/features/feature.ts";
import type { Host } from "../hosts/host.ts";
import type { PictureEncoder } from "../image/picture-encoder.ts";

/** As long as Veyon's own. */
const demoTokenBytes = 128;

/** What an API connection holds: a host, and what belongs to this connection alone. */
export class ApiConnection {
  readonly features: FeatureContext;

  constructor(
    readonly host: Host,
    readonly pictures: PictureEncoder,
    demoServerPort: number,
  ) {
    host.onPicture = (picture) => pictures.updated(picture);
    this.features = {
      demoServerPort,
      demoToken: randomBytes(demoTokenBytes),
      collectionId: randomUUID(),
    };
  }

  close(reason: CloseReason): void {
    this.host.close(reason);
    this.pictures.close();
  }
}

export type ApiConnectionPool = ConnectionPool<ApiConnection>;
export type PooledApiConnection = PooledConnection<ApiConnection>;
