import { readPictureMessage } from "../../test/support/live-message.ts";
import { call } from "../bench/api-client.ts";
import { nowMs } from "./scene.ts";
import type { Shown, Viewer } from "./viewer.ts";

/** On GET live, as a page would be that shows one screen in its own size. */
export async function openLiveViewer(url: string, uid: string): Promise<Viewer> {
  const { bytes } = await call(url, "POST", "ticket", uid);
  const { ticket } = JSON.parse(new TextDecoder().decode(bytes)) as { ticket: string };
  const address = `${url.replace("http", "ws")}/api/v1/live?ticket=${ticket}`;
  const socket = new WebSocket(address, ["veyon-live.v1"]);
  socket.binaryType = "arraybuffer";
  const shown: Shown[] = [];
  const viewer: Viewer = { shown, receivedBytes: 0, close: () => socket.close() };
  const opened = Promise.withResolvers<void>();
  socket.onopen = () => opened.resolve();
  socket.onerror = () => opened.reject(new Error("Cannot open a live socket"));
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") return;
    const message = new Uint8Array(data as ArrayBuffer);
    const atMs = nowMs();
    viewer.receivedBytes += message.length;
    const { width, runs } = readPictureMessage(message);
    const parts = runs.map(({ firstRow, rows, jpeg }) => {
      return { x: 0, y: firstRow, width, height: rows, content: jpeg };
    });
    shown.push({ atMs, parts });
  };
  await opened.promise;
  socket.send(JSON.stringify({ type: "watch", view: 0, connection: 0, fps: 30 }));
  return viewer;
}
