/**
 * A program for networks of tests: starts the API and prints, a line each, what it says about the
 * hosts named to it.
 */
import { startServer } from "./api-server.ts";

const { api } = await startServer({ connectTimeoutMs: 6000 });
const answers = process.argv.slice(2).map(async (host) => {
  const { status, json } = await api.get(`authentication/${host}`);
  return JSON.stringify({ host, status, error: (json as { error: unknown }).error });
});
console.log((await Promise.all(answers)).join("\n"));
process.exit();
