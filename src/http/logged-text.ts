/**
 * What stands in requests, for the log: without what clients put there by mistake and nobody else
 * may read.
 */
import { featureByUid } from "../hosts/features/table.ts";

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** Leaves out each UUID that is no feature: it may be a Connection-Uid. */
export function withoutUids(text: string): string {
  return text.replace(uuid, (found) =>
    featureByUid(found.toLowerCase()) === null ? "[uid]" : found,
  );
}

/**
 * Leaves out as well a query whose question mark is encoded, and a name and a password in front of
 * a host.
 */
export function loggedPath(path: string): string {
  return withoutUids(path.replace(/(?:%3f|%23).*$/is, "").replace(/[^/]*(?:@|%40)/gi, "[user]@"));
}
