import { z } from "zod";
import { mismatch } from "../../hosts/features/mismatch.ts";
import { parseUuid } from "../../qt/uuid.ts";

/** Connections that a request may name: more computers than a school has in one view. */
const connectionsMax = 1024;

/** Bytes of a body that names as many. */
export const connectionUidsBytesMax = 64 * 1024;

const connectionUid = z
  .unknown()
  .transform((value, context) => {
    const found = typeof value === "string" ? parseUuid(value) : null;
    if (found !== null) return found;
    context.addIssue({ code: "custom", message: mismatch(value, "a Connection-Uid") });
    return z.NEVER;
  })
  .meta({ type: "string", format: "uuid" });

/** At least one, and none twice. */
export const connectionUids = z
  .array(connectionUid)
  .min(1)
  .max(connectionsMax)
  .refine((uids) => new Set(uids).size === uids.length, { error: "has a connection twice" });
