/**
 * Keys as browsers name them: `KeyboardEvent.key` (W3C, UI Events KeyboardEvent key Values), with
 * `KeyboardEvent.location` for those that a keyboard has twice.
 */
import { keysymsOfText } from "./typed-text.ts";

/** `KeyboardEvent.location`. */
const keyLocation = { standard: 0, left: 1, right: 2, numpad: 3 } as const;
export type KeyLocation = (typeof keyLocation)[keyof typeof keyLocation];

const named: Readonly<Record<string, number>> = {
  Alt: 0xffe9,
  AltGraph: 0xfe03,
  ArrowDown: 0xff54,
  ArrowLeft: 0xff51,
  ArrowRight: 0xff53,
  ArrowUp: 0xff52,
  AudioVolumeDown: 0x1008ff11,
  AudioVolumeMute: 0x1008ff12,
  AudioVolumeUp: 0x1008ff13,
  Backspace: 0xff08,
  BrowserBack: 0x1008ff26,
  BrowserForward: 0x1008ff27,
  BrowserHome: 0x1008ff18,
  BrowserRefresh: 0x1008ff29,
  BrowserSearch: 0x1008ff1b,
  CapsLock: 0xffe5,
  Clear: 0xff0b,
  ContextMenu: 0xff67,
  Control: 0xffe3,
  Convert: 0xff23,
  Delete: 0xffff,
  End: 0xff57,
  Enter: 0xff0d,
  Escape: 0xff1b,
  Execute: 0xff62,
  Find: 0xff68,
  GroupFirst: 0xfe0c,
  GroupLast: 0xfe0e,
  GroupNext: 0xfe08,
  GroupPrevious: 0xfe0a,
  HangulMode: 0xff31,
  HanjaMode: 0xff34,
  Help: 0xff6a,
  Hiragana: 0xff25,
  HiraganaKatakana: 0xff27,
  Home: 0xff50,
  Hyper: 0xffed,
  Insert: 0xff63,
  KanjiMode: 0xff21,
  Katakana: 0xff26,
  LaunchApplication1: 0x1008ff33,
  LaunchCalculator: 0x1008ff1d,
  LaunchMail: 0x1008ff19,
  MediaPause: 0x1008ff31,
  MediaPlay: 0x1008ff14,
  MediaPlayPause: 0x1008ff14,
  MediaStop: 0x1008ff15,
  MediaTrackNext: 0x1008ff17,
  MediaTrackPrevious: 0x1008ff16,
  Meta: 0xffeb,
  ModeChange: 0xff7e,
  NonConvert: 0xff22,
  NumLock: 0xff7f,
  PageDown: 0xff56,
  PageUp: 0xff55,
  Pause: 0xff13,
  Print: 0xff61,
  PrintScreen: 0xff61,
  Redo: 0xff66,
  Romaji: 0xff24,
  ScrollLock: 0xff14,
  Select: 0xff60,
  Shift: 0xffe1,
  Super: 0xffeb,
  Tab: 0xff09,
  Undo: 0xff65,
  ZenkakuHankaku: 0xff2a,
};

const right: Readonly<Record<string, number>> = {
  Alt: 0xffea,
  Control: 0xffe4,
  Hyper: 0xffee,
  Meta: 0xffec,
  Shift: 0xffe2,
  Super: 0xffec,
};

const numpad: Readonly<Record<string, number>> = {
  "*": 0xffaa,
  "+": 0xffab,
  ",": 0xffac,
  "-": 0xffad,
  ".": 0xffae,
  "/": 0xffaf,
  "=": 0xffbd,
  ArrowDown: 0xff99,
  ArrowLeft: 0xff96,
  ArrowRight: 0xff98,
  ArrowUp: 0xff97,
  Clear: 0xff9d,
  Delete: 0xff9f,
  End: 0xff9c,
  Enter: 0xff8d,
  Home: 0xff95,
  Insert: 0xff9e,
  PageDown: 0xff9b,
  PageUp: 0xff9a,
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String(digit), 0xffb0 + digit])),
};

const functionKeysMax = 35;
const firstFunctionKey = 0xffbe;

/**
 * The keysym of a key by its name, or of the one character that it makes; null for a name that is
 * no key's. A dead key ("Dead") makes no character: what it makes with the next one does.
 */
export function keysymOfKey(
  key: string,
  location: KeyLocation = keyLocation.standard,
): number | null {
  if (location === keyLocation.right && Object.hasOwn(right, key)) return right[key];
  if (location === keyLocation.numpad && Object.hasOwn(numpad, key)) return numpad[key];
  if (Object.hasOwn(named, key)) return named[key];
  const number = /^F([1-9]\d?)$/.exec(key)?.[1];
  if (number !== undefined && Number(number) <= functionKeysMax) {
    return firstFunctionKey + Number(number) - 1;
  }
  const keysyms = keysymsOfText(key);
  return keysyms?.length === 1 ? keysyms[0] : null;
}
