import { screenSize } from "../bench/bench.ts";
import { nowMs } from "./scene.ts";
import type { Shown, Viewer } from "./viewer.ts";

const everyMs = 100;

/** Asks for a JPEG ten times a second, as a client does that has been told how to poll well. */
export function openPollingViewer(url: string, uid: string): Viewer {
  const shown: Shown[] = [];
  let isOpen = true;
  const viewer: Viewer = { shown, receivedBytes: 0, close: () => (isOpen = false) };
  void poll();
  return viewer;

  async function poll(): Promise<void> {
    let etag = "";
    for (let dueAtMs = performance.now(); isOpen; dueAtMs += everyMs) {
      await Bun.sleep(Math.max(0, dueAtMs - performance.now()));
      const headers = { "Connection-Uid": uid, "If-None-Match": etag };
      const response = await fetch(`${url}/api/v1/framebuffer?format=jpeg`, { headers });
      const content = new Uint8Array(await response.arrayBuffer());
      // One that is late does not make up for it.
      dueAtMs = Math.max(dueAtMs, performance.now() - everyMs);
      if (response.status !== 200) continue;
      etag = response.headers.get("ETag")!;
      viewer.receivedBytes += content.length;
      shown.push({ atMs: nowMs(), parts: [{ x: 0, y: 0, ...screenSize, content }] });
    }
  }
}
