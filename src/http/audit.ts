import type { LogFields } from "../log/log-fields.ts";
import type { Logger } from "../log/logger.ts";
import type { Variables } from "./environment.ts";
import { toApiError } from "./errors.ts";

/**
 * Does what somebody may have to answer for, and writes who has done it to which host, and how it
 * went. `fields` are asked for at the end; they hold no credential and nothing that was typed for
 * the host. Throws what `work` throws.
 */
export async function audited<T>(
  c: { readonly var: Readonly<Variables> },
  log: Logger,
  event: string,
  fields: (isDone: boolean) => LogFields,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    write({ outcome: "ok" });
    return result;
  } catch (error) {
    write({ outcome: "failed", error: toApiError(error)?.code ?? 500 });
    throw error;
  }

  function write(outcome: { outcome: "ok" | "failed"; error?: number }): void {
    const { host, client, token, connectionSerial, requestId } = c.var;
    log.audit(event, {
      host,
      ...fields(outcome.outcome === "ok"),
      client,
      ...outcome,
      connection: connectionSerial,
      caller: token,
      request: requestId,
    });
  }
}
