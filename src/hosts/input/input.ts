/** What hands do to a host. */
export type Input =
  /** Pixels of the whole screen; a bit for each button, as in RFB. */
  | {
      readonly kind: "pointer";
      readonly x: number;
      readonly y: number;
      readonly buttonMask: number;
    }
  /** `keysym`: of X11. */
  | { readonly kind: "key"; readonly keysym: number; readonly isDown: boolean }
  /** Keys that are pressed and let go of, one after the other. */
  | { readonly kind: "text"; readonly keysyms: readonly number[] }
  /** A text to be pasted there. */
  | { readonly kind: "clipboard"; readonly text: string };
