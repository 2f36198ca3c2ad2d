import { type Picture, pictureOfBytes } from "./picture.ts";
import { pair, words, type XConnection } from "./x-connection.ts";

/** A request may have 65535 words without extensions. */
const putImageBytesMax = 60_000 * 4;

export interface Window {
  id: number;
  /** WM_NAME; "" if there is none. */
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Draws a desktop on the root window of an X screen, and reads the screen. */
export class XScreen {
  readonly #x: XConnection;
  /** Holds the desktop, so that the server itself repaints what a closed window has covered. */
  readonly #pixmap: number;
  readonly #context: number;
  #testExtension: number | undefined;

  constructor(x: XConnection) {
    this.#x = x;
    this.#pixmap = x.newId();
    this.#context = x.newId();
    x.send(53, x.depth, words(this.#pixmap, x.root, pair(x.width, x.height))); // CreatePixmap
    x.send(55, 0, words(this.#context, this.#pixmap, 0)); // CreateGC
    x.send(2, 0, words(x.root, 1, this.#pixmap)); // ChangeWindowAttributes: background pixmap
  }

  get width(): number {
    return this.#x.width;
  }

  get height(): number {
    return this.#x.height;
  }

  /**
   * Puts full rows of pixels (0x??RRGGBB) on the desktop, from row `y` on. When it resolves they
   * are on the screen, below the windows.
   */
  async drawRows(y: number, pixels: Uint32Array): Promise<void> {
    const rows = pixels.length / this.width;
    const bandRows = Math.floor(putImageBytesMax / (this.width * 4));
    for (let row = 0; row < rows; row += bandRows) {
      const band = pixels.subarray(row * this.width, Math.min(row + bandRows, rows) * this.width);
      const size = pair(this.width, band.length / this.width);
      const place = pair(0, y + row);
      const header = words(this.#pixmap, this.#context, size, place, this.#x.depth << 8);
      const data = new Uint8Array(band.buffer, band.byteOffset, band.byteLength);
      this.#x.send(72, 2, header, data); // PutImage, ZPixmap
    }
    this.#x.send(61, 0, words(this.#x.root, pair(0, y), pair(this.width, rows))); // ClearArea
    await this.#x.sync();
  }

  /**
   * The screen as it is now, windows included, the mouse pointer not (the server takes it away for
   * this).
   */
  async screenshot(): Promise<Picture> {
    const { width, height } = this;
    const body = words(this.#x.root, pair(0, 0), pair(width, height), -1);
    const { rest } = await this.#x.ask(73, 2, body); // GetImage, ZPixmap
    return pictureOfBytes(width, height, rest);
  }

  /**
   * Top-level windows that are visible, the lowest first. Without a window manager they have no
   * frames.
   */
  async windows(): Promise<Window[]> {
    const { head, rest } = await this.#x.ask(15, 0, words(this.#x.root)); // QueryTree
    const ids = Array.from({ length: head.readUInt16LE(16) }, (_, at) => rest.readUInt32LE(at * 4));
    const windows = await Promise.all(ids.map((id) => this.#window(id).catch(() => null)));
    return windows.filter((window) => window !== null);
  }

  /** Null when the window is not mapped. Throws when it is gone. */
  async #window(id: number): Promise<Window | null> {
    const attributes = await this.#x.ask(3, 0, words(id)); // GetWindowAttributes
    if (attributes.head[26] !== 2) return null;
    const geometry = (await this.#x.ask(14, 0, words(id))).head; // GetGeometry
    const property = await this.#x.ask(20, 0, words(id, 39, 0, 0, 256)); // GetProperty WM_NAME
    return {
      id,
      name: property.rest.toString("utf8", 0, property.head.readUInt32LE(16)),
      x: geometry.readInt16LE(12),
      y: geometry.readInt16LE(14),
      width: geometry.readUInt16LE(16),
      height: geometry.readUInt16LE(18),
    };
  }

  /** Whether the keys type anything: Veyon's locks leave two symbols of some 700. */
  async keyboardWorks(): Promise<boolean> {
    // GetKeyboardMapping.
    const { head, rest } = await this.#x.ask(101, 0, words(pair(8 | (248 << 8), 0)));
    const symbols = Array.from({ length: head.readUInt32LE(4) }, (_, at) =>
      rest.readUInt32LE(at * 4),
    );
    return symbols.filter((symbol) => symbol !== 0).length > 2;
  }

  /** How many keys are held down. */
  async keysDown(): Promise<number> {
    const { head, rest } = await this.#x.ask(44, 0, Buffer.alloc(0)); // QueryKeymap
    const bits = Buffer.concat([head.subarray(8, 32), rest]);
    return bits.reduce((count, byte) => count + byte.toString(2).replaceAll("0", "").length, 0);
  }

  /** Moves the mouse pointer there. */
  async movePointer(x: number, y: number): Promise<void> {
    await this.#fakeInput(6, 0, x, y);
  }

  /** Clicks the left button there, by the XTEST extension: programs cannot tell it from a hand. */
  async click(x: number, y: number): Promise<void> {
    await this.#fakeInput(6, 0, x, y);
    await this.#fakeInput(4, 1, 0, 0);
    await this.#fakeInput(5, 1, 0, 0);
  }

  async #fakeInput(type: number, detail: number, x: number, y: number): Promise<void> {
    this.#testExtension ??= await this.#queryExtension("XTEST");
    const root = type === 6 ? this.#x.root : 0;
    const event = words(pair(type | (detail << 8), 0), 0, root, 0, 0, pair(x, y), 0, 0);
    this.#x.send(this.#testExtension, 2, event);
    await this.#x.sync();
  }

  async #queryExtension(name: string): Promise<number> {
    const body = Buffer.concat([words(name.length), Buffer.from(name)]);
    const { head } = await this.#x.ask(98, 0, body);
    if (head[8] === 0) throw new Error(`X server has no extension ${name}`);
    return head[9];
  }
}
