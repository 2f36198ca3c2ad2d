import type { ApiSession } from "./api-client.ts";

/** A ticket for the session, or for others. */
export async function ticketOf(
  session: ApiSession,
  scope: "view" | "control" = "view",
  uids: readonly string[] = [session.uid],
): Promise<string> {
  const answer = await session.api.request("POST", "ticket", {
    uid: session.uid,
    body: { scope, uids },
  });
  return (answer.json as { ticket: string }).ticket;
}
