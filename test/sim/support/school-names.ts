/**
 * A program for networks of tests: a school's name server, a simulated host by several names, and
 * the API, which is asked for the names that are given. Prints, a line each, what it says.
 */
import { NameServer } from "../../support/name-server.ts";
import { startServer } from "./api-server.ts";
import { start } from "./fixture-host.ts";

await NameServer.start(
  {
    "pc-01.school.example": ["127.0.0.1"],
    "pc-02.lab.example": ["127.0.0.1"],
    "twice.school.example": ["127.0.0.1", "fd91::1"],
    "long.school.example": "truncated",
  },
  { address: "127.0.0.53", port: 53 },
);
const { port } = await start();
const { api } = await startServer();
for (const name of process.argv.slice(2)) {
  const { status, json } = await api.get(`authentication/${name}:${port}`);
  const details = status === 200 ? null : (json as { error: { details: string } }).error.details;
  console.log(JSON.stringify({ name, status, details }));
}
process.exit();
