/** What a viewer of RFB can send. */
import { deflateSync } from "node:zlib";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import { NoScreenError } from "../../../src/viewer/viewed-screen.ts";
import { Viewer } from "../../../src/viewer/viewer.ts";
import { wholeStream } from "../chunked.ts";
import { RecordedInput, TestScreen } from "../viewed-screen.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));
const text = (line: string) => new TextEncoder().encode(line);

const greeting = Buffer.concat([text("RFB 003.008\n"), bytes("01 01")]);
const wholeScreen = bytes("03 00 0000 0000 0046 0014");
const encodings = (...list: string[]) =>
  bytes(`02 00 ${list.length.toString(16).padStart(4, "0")} ${list.join("")}`);
/** Extended ClientCutText: a text of 3 bytes. */
const provided = deflateSync(bytes("00000003 61 62 00"));

const seeds = [
  Buffer.concat([greeting, encodings("00000000"), wholeScreen]),
  Buffer.concat([
    greeting,
    bytes("00 000000 20 18 00 01 00ff 00ff 00ff 00 08 10 000000"),
    // Tight, quality 6, LastRect, ExtendedDesktopSize, Cursor, extended clipboard.
    encodings("00000007", "ffffffe6", "ffffff20", "fffffecc", "ffffff11", "c0a1e5ce"),
    wholeScreen,
    bytes("04 01 0000 0000ffe1  05 01 0005 0006  06 000000 00000003 616263"),
    bytes(`06 000000 ${(0x100000000 - 4 - provided.length).toString(16)} 10000001`),
    provided,
    bytes("06 000000 fffffffc 02000001"),
    wholeScreen,
  ]),
  Buffer.concat([
    text("RFB 003.003\n"),
    bytes("00"),
    bytes("00 000000 08 08 00 01 0007 0007 0003 00 03 06 000000"),
    encodings("00000007", "574d5664", "ffffff21"),
    bytes("fb 00 0040 0040 01 00 00000001 0000 0000 0040 0040 00000000"),
    bytes("03 01 0001 0002 0003 0004"),
    wholeScreen,
  ]),
];

async function serve(input: Uint8Array): Promise<void> {
  const screen = new TestScreen(70, 20);
  const viewer = new Viewer({
    stream: wholeStream(input),
    sink: { send: async () => {} },
    screen,
    encoder: screen.encoder,
    line: screen.slicer.openLine(),
    input: new RecordedInput(),
  });
  const running = viewer.run();
  await Promise.allSettled([running]);
  if (screen.viewers + screen.followers > 0) throw new RangeError("the screen is still followed");
  return running;
}

export const viewerTargets: readonly FuzzTarget[] = [
  {
    name: "viewer",
    seeds,
    run: serve,
    refusals: [ProtocolError, EndOfStreamError, NoScreenError],
  },
];
