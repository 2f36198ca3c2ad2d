/**
 * Encoding numbers as a rectangle's header and SetEncodings carry them (i32): RFC 6143 section 7.7
 * and the list that the community keeps with the rfbproto document. Negative numbers are
 * pseudo-encodings: they announce an ability, or carry something other than pixels.
 */
export const Encoding = {
  Raw: 0,
  CopyRect: 1,
  Rre: 2,
  CoRre: 4,
  Hextile: 5,
  Zlib: 6,
  Tight: 7,
  Zrle: 16,
  /** Quality level n of Tight's JPEG, 0 (worst) to 9, is this number plus n. */
  QualityLevel0: -32,
  DesktopSize: -223,
  LastRect: -224,
  PointerPos: -232,
  RichCursor: -239,
  XCursor: -240,
  /** Compression level n of zlib, 0 to 9, is this number plus n. */
  CompressionLevel0: -256,
  DesktopName: -307,
  ExtendedDesktopSize: -308,
  /** 0xc0a1e5ce: text of other alphabets, and on request only. No Veyon Server may be sent it. */
  ExtendedClipboard: -1063131698,
  /** 0x574d5664: a pointer in R, G, B and alpha, whatever the pixel format. */
  VmwareCursor: 1464686180,
} as const;

export type Encoding = (typeof Encoding)[keyof typeof Encoding];
