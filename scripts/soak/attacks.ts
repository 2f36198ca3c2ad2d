/** What hosts send that want to stop a server, as RFB messages behind a good login. */
import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { encodeFeatureMessage } from "../../src/veyon/feature-message.ts";

export type Attack = (random: () => number) => Uint8Array;

interface RectHeader {
  readonly width: number;
  readonly height: number;
  readonly encoding: number;
  readonly payload?: Uint8Array;
}

function update(rects: readonly RectHeader[], count = rects.length): Uint8Array {
  const writer = new ByteWriter(1024).u16(0).u16(count);
  for (const { width, height, encoding, payload } of rects) {
    writer.u16(0).u16(0).u16(width).u16(height).i32(encoding);
    if (payload !== undefined) writer.u32(payload.length).bytes(payload);
  }
  return writer.finish();
}

const whole = (random: () => number, max: number) => 1 + Math.floor(random() * max);

const resize = (width: number, height: number): RectHeader => ({
  width,
  height,
  encoding: Encoding.DesktopSize,
});

/** Solid ZRLE tiles: some bytes for millions of pixels. */
function solidTiles(width: number, height: number): Uint8Array {
  const tiles = Math.ceil(width / 64) * Math.ceil(height / 64);
  const bytes = Buffer.alloc(tiles * 4, Uint8Array.of(1, 7, 8, 9));
  const body = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), body]);
}

const denial = encodeFeatureMessage(
  { feature: featureIds.accessControlProvider, command: 0, arguments: [] },
  "numbers",
);

/** By what each of them is. */
export const attacks: Readonly<Record<string, Attack>> = {
  "16,384 changes of size": () =>
    update(Array.from({ length: 16_384 }, (_, index) => resize(16_384 - (index % 2), 2000))),
  "a screen of 16384x4096 from a few bytes": () =>
    update([
      resize(16_384, 4096),
      { width: 16_384, height: 4096, encoding: Encoding.Zrle, payload: solidTiles(16_384, 4096) },
    ]),
  "a size that changes all the time": (random) =>
    update([resize(whole(random, 8000), whole(random, 4000))]),
  "megabytes of deflate blocks that hold nothing": () =>
    update([
      {
        width: 64,
        height: 48,
        encoding: Encoding.Zlib,
        payload: Buffer.alloc(4_000_000, Uint8Array.fromHex("00000000ffff")),
      },
    ]),
  "a zlib bomb": () =>
    update([
      {
        width: 640,
        height: 480,
        encoding: Encoding.Zlib,
        payload: deflateSync(Buffer.alloc(50_000_000)),
      },
    ]),
  "an encoding that was not asked for": () => update([{ width: 64, height: 48, encoding: 7 }]),
  "65,535 rectangles": () => update([], 0xffff),
  "a feature message of 32 MiB": () =>
    Buffer.concat([
      new ByteWriter(8)
        .u8(41)
        .u32(32 * 1024 * 1024)
        .finish(),
      Buffer.alloc(32 * 1024 * 1024),
    ]),
  "a message of 4 GiB": () => new ByteWriter(8).u8(41).u32(0xffff_ffff).finish(),
  "a million bells": () => Buffer.alloc(1_000_000, 2),
  "a quarter of a million updates of nothing": () => Buffer.alloc(1_000_000),
  "a denial, and an update behind it": () => Buffer.concat([denial, update([])]),
  "cut text of 4 GiB": () => new ByteWriter(16).u8(3).u8(0).u16(0).u32(0xffff_fff0).finish(),
  garbage: (random) => Uint8Array.from({ length: 4096 }, () => random() * 256),
};
