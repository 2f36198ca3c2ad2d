/** Columns of a glyph; one more is left free between two of them. */
export const glyphWidth = 5;
/** Rows of a glyph: seven down to the base line, two below it. */
export const glyphHeight = 9;

/**
 * A character and its rows from the top, a base-32 digit each whose five bits are the pixels.
 * Missing rows are empty.
 */
const glyphs: ReadonlyMap<string, string> = new Map(
  `
  A ehhvhhh B uhhuhhu C ehggghe D uhhhhhu E vgguggv F vgguggg G ehgnhhf H hhhvhhh I e44444e J 72222ic
  K hikokih L ggggggv M hrllhhh N hhpljhh O ehhhhhe P uhhuggg Q ehhhlid R uhhukih S fgge11u T v444444
  U hhhhhhe V hhhhha4 W hhhllrh X hha4ahh Y hha4444 Z v1248gv
  a 00e1fhf b gguhhhu c 00fgggf d 11fhhhf e 00ehvgf f 68s8888 g 00fhhhf1e h gguhhhh i 40c444e j 2062222ic
  k ggikoki l c44444e m 00qllll n 00uhhhh o 00ehhhe p 00uhhhugg q 00fhhhf11 r 00mpggg s 00fge1u t 88s8896
  u 00hhhhf v 00hhha4 w 00hhlla x 00ha4ah y 00hhhhf1e z 00v248v
  0 ehjlphe 1 4c4444e 2 eh1248v 3 v2421he 4 26aiv22 5 vgu11he 6 68guhhe 7 v124888 8 ehhehhe 9 ehhf12c
  . 00000cc , 00000c48 : 0cc0cc0 ! 4444404 ? eh12404 - 000v000 _ 000000v / 11248gg \\ gg84211 ' 448 " aa
  ( 2488842 ) 8422248 + 044v440 = 00v0v00 * 04lel40 # aavavaa & cik8lid @ ehnlnge % op248j3 < 248g842
  > 8421248
  `
    .trim()
    .split(/\s+/)
    .flatMap((word, i, words) => (i % 2 === 0 ? [[word, words[i + 1]] as const] : [])),
);

/** What stands for a character that has no glyph. */
const unknownGlyph = "vhhhhhv";

/** Calls back for every pixel of the text, at its place in a font of one pixel per dot. */
export function traceText(text: string, dot: (x: number, y: number) => void): void {
  // Letters with accents show their base letter.
  const characters = [...text.normalize("NFD").replaceAll(/\p{Mark}/gu, "")];
  characters.forEach((character, index) => {
    if (character === " ") return;
    const rows = [...(glyphs.get(character) ?? unknownGlyph)];
    rows.forEach((digit, y) => {
      const bits = Number.parseInt(digit, 32);
      for (let x = 0; x < glyphWidth; x++) {
        if (bits & (1 << (glyphWidth - 1 - x))) dot(index * (glyphWidth + 1) + x, y);
      }
    });
  });
}
