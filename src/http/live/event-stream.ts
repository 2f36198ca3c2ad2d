import { EventSubscription } from "../../live/event-subscription.ts";
import type { Stream, StreamOwner, Streams } from "../../live/streams.ts";
import { describeClosed } from "../../watch/closed-connection.ts";
import type { CloseReason } from "../../watch/host-events.ts";
import type { ApiConnection, ApiConnections } from "../environment.ts";
import type { Admission } from "./admission.ts";

export interface EventStream {
  readonly stream: Stream;
  readonly subscription: EventSubscription;
}

export interface EventStreamOptions {
  readonly connections: ApiConnections;
  readonly streams: Streams;
  readonly admission: Admission;
  readonly owner: StreamOwner;
  /** Events up to this number have been told already. */
  readonly toldUpTo?: number;
  readonly onConnectionEnd?: (connection: ApiConnection) => void;
  readonly onEnd?: (reason: CloseReason) => void;
}

/** A stream of all that is admitted, which is told what happens to it. Throws LimitError. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { connections, streams, admission, owner, toldUpTo, onConnectionEnd, onEnd } = options;
  const subscription = new EventSubscription({
    ...(toldUpTo !== undefined && { toldUpTo }),
    describeClosed: (reason) => describeClosed(reason, connections.limits),
  });
  const placeOf = new Map([...admission.connections].map(([place, each]) => [each, place]));
  const stream = streams.open([...placeOf.keys()], owner, {
    onConnectionEnd(connection, reason) {
      subscription.end(placeOf.get(connection)!, reason);
      onConnectionEnd?.(connection);
    },
    onEnd(reason) {
      subscription.endAll(reason);
      onEnd?.(reason);
    },
  });
  for (const { place, reason } of admission.closed) subscription.end(place, reason);
  for (const [place, connection] of admission.connections) subscription.add(place, connection);
  stream.signal.addEventListener("abort", () => subscription.close());
  return { stream, subscription };
}
