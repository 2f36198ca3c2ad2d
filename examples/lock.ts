/**
 * Logs in to a computer, saves its screen, locks it for a while, and logs off:
 *
 *     VEYON_PASSWORD=veyon npx bun examples/lock.ts http://127.0.0.1:11080 room1-pc1 teacher [SECONDS]
 *
 * With `npm start`, the computer is the 127.0.0.1:PORT that it prints.
 */
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const logon = "63611f7c-b457-42c7-832e-67d0f9281085";
const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";

const [url, host, username, seconds = "5"] = process.argv.slice(2);
const headers: Record<string, string> = { "Content-Type": "application/json" };

const credentials = { username, password: process.env.VEYON_PASSWORD };
const login = await call("POST", `authentication/${host}`, { method: logon, credentials });
const { "connection-uid": uid } = (await login.json()) as { "connection-uid": string };
headers["Connection-Uid"] = uid;

const picture = await call("GET", "framebuffer");
await writeFile("screen.png", await picture.bytes());
console.log(`screen.png shows ${host}`);

await call("PUT", `feature/${screenLock}`, { active: true });
await delay(Number(seconds) * 1000);
console.log(await (await call("GET", `feature/${screenLock}`)).json());
await call("PUT", `feature/${screenLock}`, { active: false });
await call("DELETE", `authentication/${host}`);

/** An answer of the API. Throws Error with what it says is wrong. */
async function call(method: string, path: string, body?: object): Promise<Response> {
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${url}/api/v1/${path}`, init);
    if (response.ok) return response;
    // There is no picture until the host has sent every pixel.
    const retryAfter = response.headers.get("Retry-After");
    if (retryAfter === null || tries === 5) throw new Error(await response.text());
    await delay(Number(retryAfter) * 1000);
  }
}
