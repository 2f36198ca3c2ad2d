/**
 * PIXEL_FORMAT (RFC 6143, section 7.4), as far as a pixel is its colour:
 *
 *     u8 bits per pixel: 8, 16, 32   u8 depth   u8 big-endian   u8 true colour
 *     u16 maximum of red, green, blue   u8 shift of red, green, blue   3 bytes padding
 */
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { Cursor } from "../bytes/cursor.ts";
import { ProtocolError } from "../bytes/errors.ts";
import type { PixelRows } from "../image/strips/pixel-strip.ts";

interface Channel {
  /** The value of full light, a power of two minus 1. */
  readonly max: number;
  /** How far to the left it stands. */
  readonly shift: number;
}

interface Channels {
  readonly red: Channel;
  readonly green: Channel;
  readonly blue: Channel;
}

/** Ours, from frame to viewer without a change: B, G, R, unused. */
export function encodeServerPixelFormat(): Uint8Array {
  return new ByteWriter(16)
    .bytes(Uint8Array.of(32, 24, 0, 1))
    .u16(255)
    .u16(255)
    .u16(255)
    .bytes(Uint8Array.of(16, 8, 0, 0, 0, 0))
    .finish();
}

/** The pixels of a viewer until it says otherwise. */
export function serverPixelFormat(): PixelFormat {
  const channel = (shift: number): Channel => ({ max: 255, shift });
  const channels = { red: channel(16), green: channel(8), blue: channel(0) };
  return new PixelFormat(4, 24, false, channels);
}

/** Throws ProtocolError for what is no pixel that can be told from its colour. */
export function decodePixelFormat(cursor: Cursor): PixelFormat {
  const bits = cursor.u8();
  const depth = cursor.u8();
  const isBigEndian = cursor.u8() !== 0;
  const isTrueColour = cursor.u8() !== 0;
  const maxima = [cursor.u16(), cursor.u16(), cursor.u16()];
  const [red, green, blue] = maxima.map((max): Channel => ({ max, shift: cursor.u8() }));
  cursor.skip(3);
  if (bits !== 8 && bits !== 16 && bits !== 32) {
    throw refused(`${bits} bits per pixel, wanted 8, 16 or 32`);
  }
  if (!isTrueColour) throw refused("a colour map, wanted true colour");
  for (const { max, shift } of [red, green, blue]) {
    if (Number.isInteger(Math.log2(max + 1)) && max > 0 && max * 2 ** shift < 2 ** bits) continue;
    throw refused(`a maximum of ${max} at bit ${shift} in ${bits} bits, wanted 2^n-1 that fits`);
  }
  return new PixelFormat((bits / 8) as 1 | 2 | 4, depth, isBigEndian, { red, green, blue });
}

function refused(found: string): ProtocolError {
  return new ProtocolError(`Cannot take pixel format: found ${found}`);
}

/** Writes pixels as a viewer wants them. */
export class PixelFormat {
  readonly isTight24: boolean;
  /** Tells formats apart. */
  readonly key: string;
  /** By 8 bits of a colour, what it is in a pixel, its bytes in the viewer's order already. */
  readonly #red: Uint32Array;
  readonly #green: Uint32Array;
  readonly #blue: Uint32Array;

  constructor(
    readonly bytesPerPixel: 1 | 2 | 4,
    depth: number,
    isBigEndian: boolean,
    { red, green, blue }: Channels,
  ) {
    const all = [red, green, blue];
    this.isTight24 = bytesPerPixel === 4 && depth === 24 && all.every(({ max }) => max === 255);
    const channels = all.map(({ max, shift }) => `${max}<<${shift}`).join();
    this.key = this.isTight24 ? "24" : `${bytesPerPixel}${isBigEndian ? "b" : "l"}${channels}`;
    const table = ({ max, shift }: Channel) =>
      Uint32Array.from({ length: 256 }, (_, value) => {
        const bits = (Math.round((value * max) / 255) << shift) >>> 0;
        return isBigEndian ? swapped(bits, bytesPerPixel) : bits;
      });
    this.#red = table(red);
    this.#green = table(green);
    this.#blue = table(blue);
  }

  /** PIXELs of rows, one behind the other. */
  encode({ width, rows, words, start, stride }: PixelRows): Uint8Array {
    const values = this.#wordsFor(width * rows);
    for (let row = 0, at = 0; row < rows; row++) {
      const first = start + row * stride;
      for (let i = first; i < first + width; i++) values[at++] = this.#value(words[i]);
    }
    return new Uint8Array(values.buffer);
  }

  /** TPIXELs (rfbproto, Tight): R, G, B where a pixel has 24 bits, else PIXELs. */
  encodeTight(pixels: PixelRows): Uint8Array {
    if (!this.isTight24) return this.encode(pixels);
    const { width, rows, words, start, stride } = pixels;
    const bytes = new Uint8Array(width * rows * 3);
    for (let row = 0, at = 0; row < rows; row++) {
      const first = start + row * stride;
      for (let i = first; i < first + width; i++) {
        const pixel = words[i];
        bytes[at++] = pixel >> 16;
        bytes[at++] = pixel >> 8;
        bytes[at++] = pixel;
      }
    }
    return bytes;
  }

  /** Colours 0x00RRGGBB as TPIXELs. */
  encodeColours(colours: readonly number[]): Uint8Array {
    const width = colours.length;
    const words = Int32Array.from(colours);
    return this.encodeTight({ width, rows: 1, words, start: 0, stride: width });
  }

  #value(pixel: number): number {
    return (
      this.#red[(pixel >> 16) & 255] | this.#green[(pixel >> 8) & 255] | this.#blue[pixel & 255]
    );
  }

  #wordsFor(count: number): Uint8Array | Uint16Array | Uint32Array {
    if (this.bytesPerPixel === 4) return new Uint32Array(count);
    return this.bytesPerPixel === 2 ? new Uint16Array(count) : new Uint8Array(count);
  }
}

function swapped(bits: number, bytesPerPixel: 1 | 2 | 4): number {
  if (bytesPerPixel === 1) return bits;
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, bits, true);
  return bytesPerPixel === 4 ? bytes.getUint32(0) : bytes.getUint16(0);
}
