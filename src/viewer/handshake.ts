/**
 * The server's half of the handshake (RFC 6143, sections 7.1 to 7.3). Who gets so far has been let
 * in already, so there is one security type, None.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { ProtocolError } from "../bytes/errors.ts";
import { protocolVersionBytes } from "../rfb/handshake.ts";
import type { Size } from "../rfb/size.ts";
import { encodeServerPixelFormat } from "./pixel-format.ts";

/** Takes a message for the viewer; settles when there is room for the next one. */
export interface ViewerSink {
  send(bytes: Uint8Array): Promise<void>;
}

const none = 1;
const text = (line: string) => new TextEncoder().encode(line);

/** From ProtocolVersion to ClientInit. Throws ProtocolError. */
export async function greetViewer(stream: ByteStream, sink: ViewerSink): Promise<void> {
  await sink.send(text("RFB 003.008\n"));
  const minor = readMinorVersion(await stream.read(protocolVersionBytes));
  if (minor < 7) {
    // The server decides; and there is no result of None.
    await sink.send(Uint8Array.of(0, 0, 0, none));
  } else {
    await sink.send(Uint8Array.of(1, none));
    const [chosen] = await stream.read(1);
    if (chosen !== none) {
      const reason = `security type ${chosen} was not offered, wanted ${none} (None)`;
      if (minor >= 8) await sink.send(encodeFailure(reason));
      throw new ProtocolError(`Cannot greet viewer: ${reason}`);
    }
    if (minor >= 8) await sink.send(Uint8Array.of(0, 0, 0, 0));
  }
  // ClientInit: whether others may watch as well, which is not for a viewer to say.
  await stream.read(1);
}

/** Numbers that were never published count as 3.3 (RFC 6143, 7.1.1), those above ours as ours. */
function readMinorVersion(line: Uint8Array): number {
  const found = new TextDecoder("latin1").decode(line);
  const match = /^RFB (\d{3})\.(\d{3})\n$/.exec(found);
  if (match === null) {
    throw new ProtocolError(
      `Cannot greet viewer: found ${JSON.stringify(found)}, wanted RFB 003.003, 003.007 or 003.008`,
    );
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > 3 || (major === 3 && minor >= 8)) return 8;
  return major === 3 && minor === 7 ? 7 : 3;
}

function encodeFailure(reason: string): Uint8Array {
  const bytes = text(reason);
  return new ByteWriter().u32(1).u32(bytes.length).bytes(bytes).finish();
}

/** ServerInit. */
export function encodeServerInit({ width, height }: Size, name: string): Uint8Array {
  const bytes = text(name);
  return new ByteWriter(24 + bytes.length)
    .u16(width)
    .u16(height)
    .bytes(encodeServerPixelFormat())
    .u32(bytes.length)
    .bytes(bytes)
    .finish();
}
