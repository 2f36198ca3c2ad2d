/** Decoders that know nothing of our encoders; each gives pixels 0x00RRGGBB. */
import { crc32, inflateSync } from "node:zlib";
import { expect } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Image } from "./imagescript-copy.ts";

export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Checks the signature and every CRC. */
export function readPngChunks(png: Uint8Array): PngChunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect(Buffer.from(png.subarray(0, 8)).toString("hex")).toBe("89504e470d0a1a0a");
  const chunks: PngChunk[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks.push({
      type: Buffer.from(png.subarray(at + 4, at + 8)).toString("latin1"),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

/** By the specification, word for word: 8-bit RGB or RGBA; zlib checks the Adler-32. */
export function decodePng(png: Uint8Array): Decoded {
  const chunks = readPngChunks(png);
  const header = Buffer.from(chunks[0].data);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const samples = header[9] === 6 ? 4 : 3;
  const compressed = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  const rows = inflateSync(Buffer.concat(compressed));
  const rowBytes = width * samples;
  expect(rows.length).toBe((rowBytes + 1) * height);
  let above = new Uint8Array(rowBytes);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (rowBytes + 1)];
    const row = rows.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
    const current = new Uint8Array(rowBytes);
    for (let i = 0; i < rowBytes; i++) {
      const left = i < samples ? 0 : current[i - samples];
      const corner = i < samples ? 0 : above[i - samples];
      current[i] = row[i] + predicted(filter, left, above[i], corner);
    }
    for (let x = 0; x < width; x++) {
      const at = x * samples;
      pixels[y * width + x] = (current[at] << 16) | (current[at + 1] << 8) | current[at + 2];
    }
    above = current;
  }
  return { width, height, pixels };
}

function predicted(filter: number, a: number, b: number, c: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return (a + b) >> 1;
  if (filter !== 4) throw new Error(`filter ${filter}`);
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** libspng for PNG, libjpeg-turbo for JPEG. */
export async function decodeWithBun(file: Uint8Array): Promise<Decoded> {
  return decodePng(await new Bun.Image(file).png({ compressionLevel: 0 }).bytes());
}

export async function decodeWithImagescript(file: Uint8Array): Promise<Decoded> {
  const image = await Image.decode(file);
  const { width, height, bitmap } = image;
  const view = new DataView(bitmap.buffer, bitmap.byteOffset, bitmap.byteLength);
  const pixels = Uint32Array.from(
    { length: width * height },
    (_, i) => view.getUint32(i * 4) >>> 8,
  );
  return { width, height, pixels };
}

/** Runs a program with the file's path as argument; its exit code, output and complaints. */
export function runOnFile(
  command: readonly string[],
  file: Uint8Array,
  lastArguments: readonly string[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-picture-"));
  try {
    const path = join(folder, "picture");
    writeFileSync(path, file);
    const run = Bun.spawnSync([...command, path, ...lastArguments]);
    return { exitCode: run.exitCode, stdout: run.stdout, stderr: run.stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pixels that a program writes as binary PPM; fails when it complains of anything. */
export function decodeWithProgram(command: readonly string[], file: Uint8Array): Decoded {
  const { exitCode, stdout, stderr } = runOnFile(command, file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [header, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(stdout.toString("latin1"))!;
  const rgb = stdout.subarray(header.length);
  const pixels = Uint32Array.from({ length: Number(width) * Number(height) }, (_, i) =>
    rgb.readUIntBE(i * 3, 3),
  );
  return { width: Number(width), height: Number(height), pixels };
}
