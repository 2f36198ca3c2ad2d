import { coloursOf, type Picture, pixelBytes, tilesOf } from "./picture.ts";
import { subrectsOf } from "./rre.ts";

const raw = 1;
const backgroundSpecified = 2;
const foregroundSpecified = 4;
const anySubrects = 8;
const subrectsColoured = 16;

export interface HextileChoices {
  /** Whether the tile goes raw though it need not. */
  raw(): boolean;
  /** Whether colours are sent again though they are those of the tile before. */
  repeat(): boolean;
}

export interface EncodedHextile {
  readonly bytes: Uint8Array;
  /** The flags of each tile. */
  readonly flags: number[];
}

/** As short as it can be, but for what `choices` wants otherwise. */
export function encodeHextile(picture: Picture, choices: HextileChoices): EncodedHextile {
  const bytes: number[] = [];
  const allFlags: number[] = [];
  let background: number | null = null;
  let foreground: number | null = null;
  for (const tile of tilesOf(picture, 16)) {
    const colours = coloursOf(tile);
    // What the last tile had as ground may be used here too; else the commonest colour is.
    const ground: number =
      background !== null && colours.includes(background) ? background : colours[0];
    const subrects = subrectsOf(tile, ground);
    if (subrects.length > 255 || choices.raw()) {
      allFlags.push(raw);
      bytes.push(raw, ...[...tile.pixels].flatMap(pixelBytes));
      continue;
    }
    let flags = 0;
    const body: number[] = [];
    if (ground !== background || choices.repeat()) {
      flags |= backgroundSpecified;
      body.push(...pixelBytes(ground));
      background = ground;
    }
    const oneColour = new Set(subrects.map((subrect) => subrect.pixel)).size === 1;
    if (oneColour && (subrects[0].pixel !== foreground || choices.repeat())) {
      flags |= foregroundSpecified;
      foreground = subrects[0].pixel;
      body.push(...pixelBytes(foreground));
    }
    if (subrects.length > 0) {
      flags |= anySubrects | (oneColour ? 0 : subrectsColoured);
      body.push(subrects.length);
    }
    for (const { x, y, width, height, pixel } of subrects) {
      if (!oneColour) body.push(...pixelBytes(pixel));
      body.push(x * 16 + y, (width - 1) * 16 + height - 1);
    }
    allFlags.push(flags);
    bytes.push(flags, ...body);
  }
  return { bytes: Uint8Array.from(bytes), flags: allFlags };
}
