import type { Rect } from "../../rfb/rect.ts";
import { type Canvas, charactersIn, lineHeight, textWidth, wrapText } from "./canvas.ts";

/** What a simulated computer shows. */
export interface DesktopState {
  readonly hostName: string;
  /** null: the login screen. */
  readonly userName: string | null;
  readonly time: Date;
  readonly locked: boolean;
  readonly inputLocked: boolean;
  readonly demo: "screen" | "window" | null;
  readonly message: { readonly title: string; readonly text: string } | null;
  /** Started programs and opened websites, the oldest first. */
  readonly tasks: readonly string[];
  readonly website: string | null;
}

const white = 0xffffff;
const ink = 0x263238;
const paper = 0xfafafa;
const grey = 0xcfd8dc;
const accent = 0x1976d2;
const red = 0xd32f2f;

/** From top to bottom. */
const wallpapers = [
  [0x1e88e5, 0x26c6da],
  [0x5e35b1, 0xec407a],
  [0x2e7d32, 0xc0ca33],
  [0xef6c00, 0xffca28],
  [0x00838f, 0x80cbc4],
  [0xad1457, 0xff8a65],
  [0x283593, 0x9575cd],
  [0x4e342e, 0xbcaaa4],
] as const;

const essay =
  "The moon goes around the earth in 27 days. It has no light of its own: what we see is the light of the sun " +
  "that it sends back. It turns once in the same time, so we always see the same face of it.";
const essayLettersPerSecond = 4;

/** Paints the whole desktop, in proportion to the canvas. */
export function paintDesktop(canvas: Canvas, state: DesktopState): void {
  if (state.locked) return paintLock(canvas, state);
  paintWallpaper(canvas, state.hostName);
  if (state.userName === null) return paintHeading(canvas, state.hostName, "Please log in");
  if (state.demo === "screen") {
    canvas.dim(0);
    return paintHeading(canvas, "Demo", `The teacher's screen on ${state.hostName}`);
  }
  paintHeading(canvas, state.hostName, state.userName);
  paintBall(canvas, state.time);
  paintEssay(canvas, state.time);
  if (state.website !== null) paintBrowser(canvas, state.website);
  if (state.demo === "window") paintWindow(canvas, part(canvas, 0.6, 0.05, 0.35, 0.3), "Demo");
  paintTaskBar(canvas, state);
  if (state.message !== null) paintMessage(canvas, state.message);
}

/** Pixels per dot of small text; everything else is a multiple of it. */
function unit(canvas: Canvas): number {
  return Math.max(1, Math.round(canvas.width / 512));
}

function part(canvas: Canvas, x: number, y: number, width: number, height: number): Rect {
  return {
    x: Math.round(canvas.width * x),
    y: Math.round(canvas.height * y),
    width: Math.round(canvas.width * width),
    height: Math.round(canvas.height * height),
  };
}

/** Broad bands from one colour to the other, which compress well. */
function paintWallpaper(canvas: Canvas, hostName: string): void {
  const letters = [...hostName].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const [from, to] = wallpapers[letters % wallpapers.length];
  const bands = 16;
  for (let band = 0; band < bands; band++) {
    const top = Math.floor((canvas.height * band) / bands);
    const bottom = Math.floor((canvas.height * (band + 1)) / bands);
    canvas.fill(0, top, canvas.width, bottom - top, mix(from, to, band / (bands - 1)));
  }
}

function mix(from: number, to: number, share: number): number {
  const channel = (shift: number) => {
    const start = (from >>> shift) & 255;
    return Math.round(start + (((to >>> shift) & 255) - start) * share) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

/** Large enough to be read on a thumbnail. */
function paintHeading(canvas: Canvas, large: string, small: string): void {
  const u = unit(canvas);
  const room = canvas.width - 32 * u;
  const scale = Math.max(1, Math.min(7 * u, Math.floor(room / textWidth(large, 1))));
  canvas.text(16 * u, 16 * u, large, scale, white);
  canvas.text(16 * u, 20 * u + 9 * scale, small, 2 * u, white);
}

function paintBall(canvas: Canvas, time: Date): void {
  const u = unit(canvas);
  const radius = 12 * u;
  const bounce = (periodMs: number, length: number) => {
    const phase = (time.getTime() % periodMs) / periodMs;
    return Math.round((phase < 0.5 ? phase : 1 - phase) * 2 * length);
  };
  const x = canvas.width * 0.55 + bounce(9000, canvas.width * 0.4);
  const y = canvas.height * 0.4 + bounce(5000, canvas.height * 0.4);
  canvas.disc(Math.round(x), Math.round(y), radius, white);
  canvas.disc(Math.round(x) - 3 * u, Math.round(y) - 3 * u, 3 * u, grey);
}

function paintEssay(canvas: Canvas, time: Date): void {
  const letters = Math.floor((time.getTime() / 1000) * essayLettersPerSecond);
  const written = essay.slice(0, letters % (essay.length + 40));
  const inside = paintWindow(canvas, part(canvas, 0.04, 0.42, 0.46, 0.46), "Essay");
  paintParagraph(canvas, inside, written, ink);
}

function paintBrowser(canvas: Canvas, website: string): void {
  const u = unit(canvas);
  const inside = paintWindow(canvas, part(canvas, 0.44, 0.3, 0.5, 0.5), "Browser");
  canvas.fill(inside.x, inside.y, inside.width, 14 * u, grey);
  canvas.text(inside.x + 4 * u, inside.y + 3 * u, website.slice(0, 38), u, ink);
  canvas.fill(inside.x, inside.y + 20 * u, inside.width, 30 * u, accent);
  for (let line = 0; line < 4; line++) {
    const width = Math.round(inside.width * (0.95 - 0.12 * line));
    canvas.fill(inside.x, inside.y + (58 + 10 * line) * u, width, 5 * u, grey);
  }
}

function paintMessage(canvas: Canvas, message: { title: string; text: string }): void {
  const u = unit(canvas);
  const inside = paintWindow(canvas, part(canvas, 0.2, 0.28, 0.6, 0.44), message.title);
  canvas.disc(inside.x + 14 * u, inside.y + 16 * u, 12 * u, accent);
  canvas.text(inside.x + 13 * u, inside.y + 8 * u, "i", 2 * u, white);
  const beside = { ...inside, x: inside.x + 34 * u, width: inside.width - 34 * u };
  paintParagraph(canvas, beside, message.text, ink);
  const button = { x: inside.x + inside.width - 44 * u, y: inside.y + inside.height - 16 * u };
  canvas.fill(button.x, button.y, 44 * u, 16 * u, accent);
  canvas.text(button.x + 16 * u, button.y + 4 * u, "OK", u, white);
}

function paintParagraph(canvas: Canvas, inside: Rect, text: string, colour: number): void {
  const scale = unit(canvas) + 1;
  const lines = wrapText(text, charactersIn(inside.width, scale));
  const linesMax = Math.floor(inside.height / lineHeight(scale));
  lines.slice(0, linesMax).forEach((line, i) => {
    canvas.text(inside.x, inside.y + i * lineHeight(scale), line, scale, colour);
  });
}

/** The part of the window that is left for its content. */
function paintWindow(canvas: Canvas, frame: Rect, title: string): Rect {
  const u = unit(canvas);
  const { x, y, width, height } = frame;
  canvas.fill(x - u, y - u, width + 2 * u, height + 2 * u, ink);
  canvas.fill(x, y, width, height, paper);
  canvas.fill(x, y, width, 14 * u, ink);
  canvas.text(x + 5 * u, y + 3 * u, title, u, white);
  canvas.disc(x + width - 8 * u, y + 7 * u, 3 * u, red);
  return { x: x + 6 * u, y: y + 20 * u, width: width - 12 * u, height: height - 26 * u };
}

function paintTaskBar(canvas: Canvas, state: DesktopState): void {
  const u = unit(canvas);
  const top = canvas.height - 20 * u;
  canvas.fill(0, top, canvas.width, 20 * u, ink);
  const clock = state.time.toTimeString().slice(0, 8);
  const clockX = canvas.width - textWidth(clock, u) - 6 * u;
  canvas.text(clockX, top + 6 * u, clock, u, white);
  let x = 6 * u;
  const button = (label: string, colour: number) => {
    const width = textWidth(label, u) + 8 * u;
    if (x + width > clockX - 6 * u) return;
    canvas.fill(x, top + 3 * u, width, 14 * u, colour);
    canvas.text(x + 4 * u, top + 6 * u, label, u, white);
    x += width + 4 * u;
  };
  if (state.inputLocked) button("Keyboard and mouse locked", red);
  for (const task of state.tasks) button(task.slice(0, 20), accent);
}

function paintLock(canvas: Canvas, state: DesktopState): void {
  const u = unit(canvas);
  const x = Math.round(canvas.width / 2);
  const y = Math.round(canvas.height / 2);
  canvas.fill(0, 0, canvas.width, canvas.height, ink);
  canvas.disc(x, y - 34 * u, 30 * u, grey);
  canvas.disc(x, y - 34 * u, 20 * u, ink);
  canvas.fill(x - 40 * u, y - 34 * u, 80 * u, 64 * u, accent);
  canvas.disc(x, y - 10 * u, 8 * u, white);
  canvas.fill(x - 3 * u, y - 10 * u, 6 * u, 26 * u, white);
  const label = `${state.hostName} is locked`;
  canvas.text(x - Math.round(textWidth(label, 2 * u) / 2), y + 50 * u, label, 2 * u, white);
}
