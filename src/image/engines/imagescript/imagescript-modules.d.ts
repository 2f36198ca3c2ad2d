// Imported as text: a worker is made of it.
declare module "imagescript/png/node.js" {
  const source: string;
  export default source;
}

declare module "imagescript/png/src/png.mjs" {
  /** `buffer` is R, G, B, A. */
  export function decode(file: Uint8Array): { width: number; height: number; buffer: Uint8Array };
}
