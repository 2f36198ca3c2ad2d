/** CPU time of JPEG pictures by `wasm` and by `bun`, from the first one of a process on. */
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { EngineCpuOptions } from "./engine-cpu.ts";
import { type Figure, medianFigure } from "./figure.ts";
import { median } from "./statistics.ts";

const works = [
  { name: "320x180, whole", width: 320, height: 180, changedRows: 180 },
  { name: "320x180, 3 strips", width: 320, height: 180, changedRows: 48 },
  { name: "1920x1080, 14 strips", width: 1920, height: 1080, changedRows: 14 * 16 },
  { name: "1920x1080, whole", width: 1920, height: 1080, changedRows: 1080 },
  { name: "3840x2160, whole", width: 3840, height: 2160, changedRows: 2160 },
];

/** The first pictures of a process are told one by one, of the last ones the median. */
const firstNames = ["1st", "2nd", "3rd", "4th"];
const count = 40;
const warmCount = 12;

export async function engineCpuCase(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, ...work } of works) {
    bench.say(`JPEG of ${name}: CPU by wasm and by bun`);
    const wasm: number[][] = [];
    const bun: number[][] = [];
    for (let round = 0; round < bench.plan.engineRounds; round++) {
      bun.push(await cpuMsOf({ engine: "bun", ...work, count }));
      wasm.push(await cpuMsOf({ engine: "wasm", ...work, count }));
    }
    const text = { work: `JPEG of ${name}, text`, unit: "ms", otherName: "bun" } as const;
    firstNames.forEach((which, index) => {
      const at = (runs: readonly number[][]) => runs.map((run) => run[index]);
      figures.push(medianFigure({ ...text, quantity: `CPU, ${which} picture` }, at(wasm), at(bun)));
    });
    const warm = (runs: readonly number[][]) => runs.map((run) => median(run.slice(-warmCount)));
    figures.push(medianFigure({ ...text, quantity: "CPU, warm" }, warm(wasm), warm(bun)));
  }
  return figures;
}

async function cpuMsOf(options: EngineCpuOptions): Promise<number[]> {
  const script = join(import.meta.dir, "engine-cpu.ts");
  const child = Bun.spawn([process.execPath, script, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", 2],
  });
  return JSON.parse(await child.stdout.text()) as number[];
}
