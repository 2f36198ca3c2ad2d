/**
 * Logs in to a host without a server: for each line of its standard input,
 * `{"address":...,"key":...}`, it prints how many milliseconds it took until the first whole
 * picture was there.
 */
import { openBareSession } from "./bare-client.ts";

for await (const line of console) {
  if (line === "") break;
  const { address, key } = JSON.parse(line) as Record<string, never>;
  const startedAtMs = performance.now();
  const { session } = await openBareSession(address, key);
  await session.firstPicture;
  console.log(performance.now() - startedAtMs);
  session.close();
  await session.ended;
}
