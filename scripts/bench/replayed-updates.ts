/**
 * Updates of a screen of which one tenth after the other changes, encoded once for all hosts that
 * send them. So hundreds of hosts take little of the machine on which a server is measured.
 */
import { constants, deflateRawSync } from "node:zlib";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { Encoding } from "../../src/rfb/encodings.ts";
import type { Rect } from "../../src/rfb/rect.ts";
import { encodePixels, nativePixelFormat } from "../../src/sim/encodings/sim-pixel-format.ts";
import { encodeZrleTiles } from "../../src/sim/encodings/zrle-encoder.ts";
import { changedRows } from "../../test/real/support/desktop.ts";
import type { Picture } from "../../test/real/support/picture.ts";

const bands = 10;
/** A band changes as often before it looks the same again. */
const looks = 3;

/** RFC 1950: what a zlib stream begins with. */
const zlibHead = Uint8Array.of(0x78, 0x9c);

export type PixelEncoding = typeof Encoding.Raw | typeof Encoding.Zrle;

/** A rectangle in both encodings. */
type EncodedRect = Readonly<Record<"raw" | "zrle" | "firstZrle", Uint8Array>>;

export class ReplayedUpdates {
  readonly #whole: EncodedRect;
  readonly #changes: readonly EncodedRect[];

  constructor(desktop: Picture) {
    const { width, height } = desktop;
    this.#whole = encodeRect({ x: 0, y: 0, width, height }, desktop.pixels);
    this.#changes = Array.from({ length: bands * looks }, (_, number) => {
      const rows = { y: ((number % bands) * height) / bands, height: height / bands };
      return encodeRect({ x: 0, width, ...rows }, changedRows(desktop, rows, number));
    });
  }

  /** `isFirst`: nothing was sent before on the connection, so that its zlib stream begins. */
  whole(encoding: PixelEncoding, isFirst: boolean): Uint8Array {
    if (encoding === Encoding.Raw) return update([this.#whole.raw]);
    return update([isFirst ? this.#whole.firstZrle : this.#whole.zrle]);
  }

  /** The newest look of each band that one of the changes is about. */
  changes(encoding: PixelEncoding, numbers: readonly number[]): Uint8Array {
    const newest = new Map(numbers.map((number) => [number % bands, number % (bands * looks)]));
    const name = encoding === Encoding.Raw ? "raw" : "zrle";
    return update([...newest.values()].map((number) => this.#changes[number][name]));
  }
}

function update(rects: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([new ByteWriter(4).u16(0).u16(rects.length).finish(), ...rects]);
}

function encodeRect(rect: Rect, pixels: Uint32Array): EncodedRect {
  const tiles = encodeZrleTiles(rect, pixels, nativePixelFormat);
  // Flushed so that nothing before or after it matters: any connection's stream may go on with it.
  const deflated = deflateRawSync(tiles, { finishFlush: constants.Z_FULL_FLUSH });
  const zrle = (parts: readonly Uint8Array[]) => {
    const stream = Buffer.concat(parts);
    return withHead(rect, Encoding.Zrle, [new ByteWriter(4).u32(stream.length).finish(), stream]);
  };
  return {
    raw: withHead(rect, Encoding.Raw, [encodePixels(pixels, nativePixelFormat)]),
    zrle: zrle([deflated]),
    firstZrle: zrle([zlibHead, deflated]),
  };
}

function withHead(
  { x, y, width, height }: Rect,
  encoding: PixelEncoding,
  payload: readonly Uint8Array[],
): Uint8Array {
  const head = new ByteWriter(12).u16(x).u16(y).u16(width).u16(height).i32(encoding).finish();
  return Buffer.concat([head, ...payload]);
}
