/** Pixels row by row, each one word 0x00RRGGBB. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/**
 * The picture of words whose upper byte is whatever the source left there: `bytes` are B, G, R,
 * unused.
 */
export function pictureOfBytes(width: number, height: number, bytes: Uint8Array): Picture {
  if (bytes.length !== width * height * 4) {
    throw new Error(
      `Picture of ${width}x${height}: ${bytes.length} bytes, wanted ${width * height * 4}`,
    );
  }
  const pixels = new Uint32Array(width * height);
  new Uint8Array(pixels.buffer).set(bytes);
  for (let index = 0; index < pixels.length; index++) pixels[index] &= 0xffffff;
  return { width, height, pixels };
}

/**
 * Decodes a file of any format that ImageMagick knows, which is none of ours and none of Veyon's.
 */
export async function decodePicture(file: Uint8Array): Promise<Picture> {
  const ppm = await convert(["-", "-alpha", "off", "-depth", "8", "ppm:-"], file);
  const header = /^P6\n(\d+) (\d+)\n255\n/.exec(ppm.toString("latin1", 0, 32));
  if (header === null) throw new Error(`No 8-bit PPM: ${ppm.toString("latin1", 0, 32)}`);
  const [width, height] = [Number(header[1]), Number(header[2])];
  const pixels = new Uint32Array(width * height);
  for (let index = 0, at = header[0].length; index < pixels.length; index++, at += 3) {
    pixels[index] = (ppm[at] << 16) | (ppm[at + 1] << 8) | ppm[at + 2];
  }
  return { width, height, pixels };
}

/** Runs ImageMagick and returns its standard output. */
export async function convert(args: string[], input?: Uint8Array): Promise<Buffer> {
  const process = Bun.spawn(["convert", ...args], { stdin: input, stderr: "pipe" });
  const output = Buffer.from(await new Response(process.stdout).arrayBuffer());
  if ((await process.exited) !== 0) {
    throw new Error(`convert ${args.join(" ")}: ${await new Response(process.stderr).text()}`);
  }
  return output;
}

/** Pixels that differ; all of them when the sizes differ. */
export function differentPixels(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height)
    return Math.max(a.pixels.length, b.pixels.length);
  let count = 0;
  for (let index = 0; index < a.pixels.length; index++) {
    if (a.pixels[index] !== b.pixels[index]) count++;
  }
  return count;
}
