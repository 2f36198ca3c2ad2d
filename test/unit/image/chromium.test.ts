/** What a browser makes of our files: Chromium's own PNG and JPEG decoders. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TimeSlicer } from "../../../src/scheduling/time-slicer.ts";
import { Pictures } from "../../../src/image/pictures.ts";
import { TestFrame } from "../../support/pictures.ts";

const chromium = Bun.which("chromium");
const profile = mkdtempSync(join(tmpdir(), "chromium-"));
afterAll(() => rmSync(profile, { recursive: true, force: true }));

const sizes = [
  [1, 1],
  [63, 33],
  [321, 243],
  [1921, 1081],
] as const;

/** Starting a browser takes seconds on a busy machine. */
const browserLimitMs = 60_000;

describe.skipIf(chromium === null)(`Chromium${chromium === null ? " (not installed)" : ""}`, () => {
  test(
    "shows the pixels of a PNG, and a JPEG of the right size and mean colour",
    async () => {
      const pictures = new Pictures({
        slicer: new TimeSlicer(),
        engine: "auto",
        enlargementMax: 2,
        cacheBytesMax: 1 << 26,
        warn: () => {},
      });
      const jobs = await Promise.all(
        sizes.map(async ([width, height]) => {
          const frame = new TestFrame(width, height);
          frame.paint(frame.all, (x, y) => ((x * 5) & 255) | (((y * 3) & 255) << 8) | 0x400000);
          const wanted = { width: null, height: null, compression: 5, quality: 90 };
          const png = await pictures.openEncoder().encode(frame, { format: "png", ...wanted });
          const jpeg = await pictures.openEncoder().encode(frame, { format: "jpeg", ...wanted });
          return { frame, png: png.bytes, jpeg: jpeg.bytes };
        }),
      );
      pictures.close();
      const shown = await decodeInChromium(jobs.flatMap(({ png, jpeg }) => [png, jpeg]));
      jobs.forEach(({ frame }, index) => {
        const size = { width: frame.width, height: frame.height };
        expect(shown[index * 2]).toMatchObject({ ...size, sums: sumsOf(frame) });
        expect(shown[index * 2 + 1]).toMatchObject(size);
        const mean = (sums: number[]) => sums[0] / (frame.width * frame.height);
        expect(mean(shown[index * 2 + 1].sums)).toBeCloseTo(mean(sumsOf(frame)), -1);
      });
    },
    browserLimitMs,
  );
});

interface Shown {
  width: number;
  height: number;
  /** Red, green, blue, and one in which each pixel counts by its place. */
  sums: number[];
}

function sumsOf(frame: TestFrame): number[] {
  const sums = [0, 0, 0, 0];
  frame.pixels.forEach((pixel, index) => {
    const [red, green, blue] = [(pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255];
    sums[0] += red;
    sums[1] += green;
    sums[2] += blue;
    sums[3] += (red + 3 * green + 7 * blue) * ((index % 9973) + 1);
  });
  return sums;
}

/** Runs in the page, as text. */
const script = `
onload = () => {
const results = [];
for (const image of document.images) {
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
    sums[0] += red; sums[1] += green; sums[2] += blue;
    sums[3] += (red + 3 * green + 7 * blue) * (((i / 4) % 9973) + 1);
  }
  results.push({ width, height, sums });
}
document.body.textContent = "RESULT" + JSON.stringify(results) + "END";
};
`;

async function decodeInChromium(files: readonly Uint8Array[]): Promise<Shown[]> {
  const images = files.map((file) => {
    const type = file[0] === 0x89 ? "png" : "jpeg";
    return `<img src="data:image/${type};base64,${file.toBase64()}">`;
  });
  const page = `<!doctype html><body>${images.join("")}<script>${script}</script>`;
  const path = join(profile, "page.html");
  await Bun.write(path, page);
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
  const child = Bun.spawn(
    [chromium!, ...flags, "--virtual-time-budget=30000", "--dump-dom", `file://${path}`],
    { stdout: "pipe", stderr: "ignore" },
  );
  const text = await new Response(child.stdout).text();
  return JSON.parse(/RESULT(.*)END/.exec(text)?.[1] ?? "[]");
}
