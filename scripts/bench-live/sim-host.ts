/**
 * A process with a simulated Veyon 4.7.5 host that has news at once, where x11vnc looks at its
 * screen now and then: `bun sim-host.ts '{"keyName":...,"publicKey":...}'`. Says its port as a line
 * of JSON; then each line of its standard input is an order, and answered by a line.
 */
import { startSimHost } from "../../src/sim/sim-host.ts";
import { desktopPicture } from "../../test/real/support/desktop-pictures.ts";
import { screenSize } from "../bench/bench.ts";
import { Scene, type SceneName } from "./scene.ts";
import type { SimStageOptions } from "./sim-stage.ts";

const { keyName, publicKey } = JSON.parse(process.argv[2]) as SimStageOptions;
const { width, height } = screenSize;
const host = await startSimHost({
  ...screenSize,
  version: "4.7.5",
  name: "pc",
  credentials: { publicKeys: { [keyName]: publicKey } },
  user: { login: "pupil", fullName: "Pia Pupil" },
});
const drawRows = async (y: number, pixels: Uint32Array) =>
  host.screen.put({ x: 0, y, width, height: pixels.length / width }, pixels);
const scene = new Scene({ drawRows }, await desktopPicture("text", width, height));
await scene.clear();
console.log(JSON.stringify(host.port));
for await (const order of console) {
  if (order === "clear") await scene.clear();
  const change = order === "clear" ? null : await scene.change(order as SceneName);
  console.log(JSON.stringify(change));
}
process.exit();
