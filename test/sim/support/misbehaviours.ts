/**
 * Intercepts that make a simulated host misbehave at one of its steps; everything before goes
 * right.
 */
import type { SimConnection } from "../../../src/sim/protocol/sim-connection.ts";
import type { SimHost } from "../../../src/sim/sim-host.ts";
import type { Intercept, Step } from "../../../src/sim/sim-options.ts";

const never = new Promise<never>(() => {});

/** Nothing is sent at this step nor after it; the connection stays open. */
export const silentAt = (wanted: Step): Intercept => at(wanted, () => never);

export const closeAt = (wanted: Step): Intercept => at(wanted, () => "close");

/** Goes on as if the step had been sent. */
export const withoutStep = (wanted: Step): Intercept => at(wanted, () => null);

export const garbageAt = (wanted: Step, hex: string): Intercept =>
  at(wanted, () => Buffer.from(hex, "hex"));

/** Puts other bytes at an offset of the step: a lie in a length, a count, a place. */
export const patchedAt = (wanted: Step, offset: number, hex: string): Intercept =>
  at(wanted, (bytes) => {
    const lie = Buffer.from(bytes);
    lie.set(Buffer.from(hex, "hex"), offset);
    return lie;
  });

/** The first `share` of the step's bytes, then silence. */
export const partAt = (wanted: Step, share = 0.5): Intercept =>
  at(wanted, async (bytes, connection) => {
    await connection.write(bytes.subarray(0, Math.floor(bytes.length * share)));
    return never;
  });

/** The first half of the step's bytes, then the end. */
export const closeAfterPartAt = (wanted: Step): Intercept =>
  at(wanted, async (bytes, connection) => {
    await connection.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    return "close" as const;
  });

/** The step over and over. */
export const repeatedAt = (wanted: Step, count: number): Intercept =>
  at(wanted, async (bytes, connection) => {
    for (let i = 1; i < count; i++) await connection.write(bytes);
    return bytes;
  });

/** The step waits for `open()`; `reached` settles when the host has come to it. */
export function gateAt(wanted: Step) {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<SimConnection>();
  const intercept = at(wanted, async (bytes, connection) => {
    reached.resolve(connection);
    await opened.promise;
    return bytes;
  });
  return { intercept, reached: reached.promise, open: () => opened.resolve() };
}

/** Each step comes this much later. */
export const delayedBy =
  (ms: number): Intercept =>
  async (_step, bytes) => {
    await Bun.sleep(ms);
    return bytes;
  };

/** Neither answers nor pushes about these features. */
export const withoutAnswersTo = (...features: string[]): Intercept => {
  const uuids = features.map((feature) => feature.replaceAll("-", ""));
  return at("featureMessage", (bytes) => {
    // The type byte, the message's length and the variant's type and flag come before it.
    const uuid = Buffer.from(bytes.subarray(10, 26)).toString("hex");
    return uuids.includes(uuid) ? null : bytes;
  });
};

/** Every byte is written by itself. */
export const byteByByte: Intercept = async (_step, bytes, connection) => {
  for (const byte of bytes) {
    await connection.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
};

/** The connection that next comes to the step; the step itself goes on as it would have. */
export function reaches(host: SimHost, wanted: Step): Promise<SimConnection> {
  const before = host.intercept;
  return new Promise((resolve) => {
    host.intercept = (step, bytes, connection) => {
      if (step === wanted) {
        host.intercept = before;
        resolve(connection);
      }
      return before(step, bytes, connection);
    };
  });
}

function at(
  wanted: Step,
  act: (bytes: Uint8Array, connection: SimConnection) => ReturnType<Intercept>,
): Intercept {
  return (step, bytes, connection) => (step === wanted ? act(bytes, connection) : bytes);
}
