/**
 * Rectangles with wrong bytes: a lying or broken host costs its own connection and nothing else.
 */
import { expect, test } from "bun:test";
import type { Decoder } from "../../../../src/rfb/decoders/decoder.ts";
import { Encoding } from "../../../../src/rfb/encodings.ts";
import { DeflateStream, withLength } from "../../../support/rfb-encoders/deflate-stream.ts";
import { encodeHextile } from "../../../support/rfb-encoders/hextile.ts";
import {
  boxesPicture,
  noisePicture,
  type Picture,
  type Random,
  seededRandom,
  tilesOf,
} from "../../../support/rfb-encoders/picture.ts";
import { encodeCoRre, encodeRre } from "../../../support/rfb-encoders/rre.ts";
import { TightEncoder } from "../../../support/rfb-encoders/tight.ts";
import { encodeZlib } from "../../../support/rfb-encoders/zlib.ts";
import { encodeZrle, encodeZrleTile, formsOf } from "../../../support/rfb-encoders/zrle.ts";
import { expectContained } from "./expect-decodes.ts";
import { allDecoders } from "../../../support/rfb-parts.ts";

const size = { width: 70, height: 20 };

function createDecoder(encoding: number): Decoder<unknown> {
  const decoder = allDecoders().get(encoding);
  if (decoder === undefined) throw new Error(`No decoder for ${encoding}`);
  return decoder;
}

/** Changes one to four bytes. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const damaged = Uint8Array.from(bytes);
  for (let left = 1 + random(4); left > 0; left--) damaged[random(damaged.length)] = random(256);
  return damaged;
}

type Encode = (picture: Picture, random: Random) => Uint8Array | Promise<Uint8Array>;

const encoders: { name: string; encoding: number; encode: Encode }[] = [
  { name: "RRE", encoding: Encoding.Rre, encode: encodeRre },
  { name: "CoRRE", encoding: Encoding.CoRre, encode: encodeCoRre },
  {
    name: "Hextile",
    encoding: Encoding.Hextile,
    encode: (picture) => encodeHextile(picture, { raw: () => false, repeat: () => true }).bytes,
  },
  {
    name: "Zlib",
    encoding: Encoding.Zlib,
    encode: (picture) => encodeZlib(picture, new DeflateStream()),
  },
  {
    name: "ZRLE",
    encoding: Encoding.Zrle,
    encode: (picture) => encodeZrle(picture, new DeflateStream()),
  },
  {
    name: "Tight palette",
    encoding: Encoding.Tight,
    encode: (picture) => new TightEncoder().basic(picture, 0, "palette"),
  },
  {
    name: "Tight gradient",
    encoding: Encoding.Tight,
    encode: (picture) => new TightEncoder().basic(picture, 0, "gradient"),
  },
];

test.each(encoders)("$name with changed bytes", async ({ encoding, encode }) => {
  const random = seededRandom(71);
  const outcomes = new Set<string>();
  for (let round = 0; round < 150; round++) {
    const picture =
      round % 2 === 0
        ? noisePicture(random, size.width, size.height, 3)
        : boxesPicture(random, size.width, size.height, 12);
    const bytes = damage(await encode(picture, random), random);
    outcomes.add(await expectContained(createDecoder(encoding), bytes, size));
  }
  expect(outcomes).toContain("refused");
});

test("ZRLE tiles with changed bytes, rightly compressed", async () => {
  const random = seededRandom(72);
  const outcomes = new Set<string>();
  for (let round = 0; round < 300; round++) {
    const picture = noisePicture(random, size.width, size.height, 1 + random(40));
    const tiles = tilesOf(picture, 64).flatMap((tile) => {
      const forms = formsOf(tile);
      return encodeZrleTile(tile, forms[random(forms.length)]);
    });
    const damaged = damage(Uint8Array.from(tiles), random);
    const bytes = withLength(await new DeflateStream().deflate(damaged));
    outcomes.add(await expectContained(createDecoder(Encoding.Zrle), bytes, size));
  }
  expect(outcomes).toEqual(new Set(["decoded", "refused"]));
});

test("any bytes at all", async () => {
  const random = seededRandom(73);
  for (const encoding of [0, 1, 2, 4, 5, 6, 7, 16]) {
    for (let round = 0; round < 100; round++) {
      const bytes = Uint8Array.from({ length: random(200) }, () => random(256));
      await expectContained(createDecoder(encoding), bytes, { width: 5, height: 3 });
    }
  }
});
