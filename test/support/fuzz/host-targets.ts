/** What a host can send: from its first byte to pixels and feature messages. */
import { signChallenge } from "../../../src/veyon/crypto.ts";
import { deflateSync, constants } from "node:zlib";
import { createPrivateKey } from "node:crypto";
import type { ByteStream } from "../../../src/bytes/byte-stream.ts";
import { ByteWriter } from "../../../src/bytes/byte-writer.ts";
import { EndOfStreamError, ProtocolError } from "../../../src/bytes/errors.ts";
import { recogniseService } from "../../../src/connect/other-service.ts";
import { RfbClient } from "../../../src/rfb/client.ts";
import { cursorBytes } from "../../../src/rfb/cursor-shape.ts";
import { Encoding } from "../../../src/rfb/encodings.ts";
import { Framebuffer } from "../../../src/rfb/framebuffer.ts";
import {
  checkProtocolVersion,
  chooseSecurityType,
  protocolVersionBytes,
  readServerInit,
} from "../../../src/rfb/handshake.ts";
import { checkSize } from "../../../src/rfb/size.ts";
import { MemoryBudget, MemoryBudgetError } from "../../../src/scheduling/memory-budget.ts";
import {
  authenticate,
  AuthenticationError,
  type Credentials,
  readMethodOffer,
  veyonSecurityType,
} from "../../../src/veyon/authentication.ts";
import { decodeFeatureMessage, featureMessageType } from "../../../src/veyon/feature-message.ts";
import { decodeMessageBody, readWantedMessage } from "../../../src/veyon/message.ts";
import {
  decodeAccessDenial,
  decodeActiveFeatures,
  decodeApplicationVersion,
  decodeScreens,
  decodeSessionInfo,
  decodeUserInfo,
} from "../../../src/veyon/state-messages.ts";
import { wholeStream } from "../chunked.ts";
import { RecordingSink } from "../recording-sink.ts";
import { encodeHextile } from "../rfb-encoders/hextile.ts";
import {
  boxesPicture,
  noisePicture,
  type Picture,
  seededRandom,
  tilesOf,
} from "../rfb-encoders/picture.ts";
import { encodeRaw } from "../rfb-encoders/raw.ts";
import { encodeCoRre, encodeRre } from "../rfb-encoders/rre.ts";
import { compactLength } from "../rfb-encoders/tight.ts";
import { encodeZrleTile, formsOf } from "../rfb-encoders/zrle.ts";
import { allDecoders, openLine } from "../rfb-parts.ts";
import { fixture, transcript } from "../transcript.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

const protocolRefusals = [ProtocolError, EndOfStreamError];
const size = { width: 70, height: 20 };

/** What all hosts together may take here, which an honest one with this size stays below. */
const memoryBytesMax = 8 * 1024 * 1024;

/**
 * Reads what a host sends after ServerInit, as a session does. Throws RangeError when memory is
 * held for anything but the screen and the pointer's shape.
 */
async function readMessages(messages: Uint8Array): Promise<void> {
  const budget = new MemoryBudget(memoryBytesMax, "fuzz");
  const memory = budget.openAccount(() => {});
  let hasOneSize = true;
  const client = new RfbClient({
    stream: wholeStream(messages),
    sink: new RecordingSink(),
    size,
    decoders: allDecoders(),
    line: openLine(),
    memory,
    messageReaders: new Map([[featureMessageType, readFeatureMessage]]),
    onUpdate: (resized) => (hasOneSize &&= !resized),
  });
  client.setEncodings(Object.values(Encoding));
  const running = client.run();
  await Promise.allSettled([running]);
  const { cursor } = client.screen;
  const { width, height } = client.screen.size;
  hasOneSize &&= width === size.width && height === size.height;
  // After a change of size there may be two screens.
  const frameBytes = memory.bytes - (cursor === null ? 0 : cursorBytes(cursor));
  const isRight = !hasOneSize || [0, Framebuffer.bytesFor(size)].includes(frameBytes);
  client.close(new Error("the test is over"));
  if (!isRight || budget.takenBytes !== 0) throw new RangeError("memory was not given back");
  return running;
}

async function readFeatureMessage(stream: ByteStream): Promise<void> {
  const variants = await readWantedMessage(stream);
  if (variants !== null) decodeState(decodeFeatureMessage(variants));
}

function decodeState(message: ReturnType<typeof decodeFeatureMessage>): void {
  decodeApplicationVersion(message);
  decodeActiveFeatures(message);
  decodeUserInfo(message);
  decodeSessionInfo(message);
  decodeScreens(message);
  decodeAccessDenial(message);
}

/** An update of one rectangle over the whole screen. */
function update(encoding: number, payload: Uint8Array): Uint8Array {
  const writer = new ByteWriter().u8(0).u8(0).u16(1);
  writer.u16(0).u16(0).u16(size.width).u16(size.height).i32(encoding);
  return Buffer.concat([writer.finish(), payload]);
}

const random = seededRandom(1);
const pictures = [
  noisePicture(random, size.width, size.height, 3),
  noisePicture(random, size.width, size.height, 40),
  boxesPicture(random, size.width, size.height, 12),
];

function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

function withLength(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([new ByteWriter().u32(bytes.length).finish(), bytes]);
}

function zrleTiles(picture: Picture): Uint8Array {
  const tiles = tilesOf(picture, 64).flatMap((tile) => {
    const forms = formsOf(tile);
    return encodeZrleTile(tile, forms[random(forms.length)]);
  });
  return Uint8Array.from(tiles);
}

/** Control byte, length of what comes before the zlib data, that, and the pixels uncompressed. */
const tightSeeds = pictures.flatMap((picture) => {
  const pixels = [...picture.pixels].flatMap((pixel) => [pixel >> 16, pixel >> 8, pixel]);
  const indices = [...picture.pixels].map((pixel) => pixel & 3);
  const bits = new Uint8Array(Math.ceil(size.width / 8) * size.height).fill(0xa5);
  const fourColours = [1, 3, ...Array.from({ length: 12 }, (_, at) => at)];
  const twoColours = [1, 1, 0, 0, 0, 255, 255, 255];
  return [
    Uint8Array.from([0x00, 0, ...pixels]),
    Uint8Array.from([0x50, 1, 2, ...pixels]),
    Uint8Array.from([0x60, fourColours.length, ...fourColours, ...indices]),
    Uint8Array.from([0x70, twoColours.length, ...twoColours, ...bits]),
  ];
});

function tightUpdate([control = 0, headLength = 0, ...rest]: Uint8Array): Uint8Array {
  const compressed = deflate(Uint8Array.from(rest.slice(headLength)));
  const head = Uint8Array.from([control, ...rest.slice(0, headLength)]);
  return update(
    Encoding.Tight,
    Buffer.concat([head, compactLength(compressed.length), compressed]),
  );
}

const hextile = (picture: Picture) =>
  encodeHextile(picture, { raw: () => random(4) === 0, repeat: () => true }).bytes;

const serverBytes = (path: string) =>
  transcript(path)
    .filter(({ from, note }) => from === "server" && !note.startsWith("ServerInit"))
    .map(({ hex }) => Uint8Array.fromHex(hex));

/** What real hosts have sent, behind the change to its size. */
function recorded(name: string, width: number, height: number): Uint8Array {
  const resize = new ByteWriter().u8(4).u8(0).u16(width).u16(height).finish();
  return Buffer.concat([resize, ...serverBytes(`transcripts/4.11.1-framebuffer-${name}.json`)]);
}

const recordedNames = ["raw", "rre", "hextile", "zlib", "zrle", "tight", "desktopsize-pseudo"];

const messageSeeds: Uint8Array[] = [
  ...recordedNames.map((name) => recorded(name, 64, 48)),
  recorded("resize", 256, 192),
  ...pictures.flatMap((picture) => [
    update(Encoding.Raw, encodeRaw(picture)),
    update(Encoding.Rre, encodeRre(picture)),
    update(Encoding.CoRre, encodeCoRre(picture)),
    update(Encoding.Hextile, hextile(picture)),
    update(Encoding.Zlib, withLength(deflate(encodeRaw(picture)))),
    update(Encoding.Zrle, withLength(deflate(zrleTiles(picture)))),
  ]),
  ...tightSeeds.map(tightUpdate),
  update(Encoding.Tight, Uint8Array.of(0x8f, 1, 2, 3)),
  // JPEG, for which nobody asks, so that it is refused.
  update(Encoding.Tight, Uint8Array.of(0x90, 4, 0xff, 0xd8, 0xff, 0xd9)),
  update(Encoding.CopyRect, Uint8Array.of(0, 0, 0, 0)),
  update(Encoding.RichCursor, new Uint8Array(size.width * size.height * 4 + 9 * size.height)),
  update(Encoding.XCursor, new Uint8Array(6 + 2 * 9 * size.height)),
  update(Encoding.ExtendedDesktopSize, Uint8Array.of(1, 0, 0, 0, ...new Uint8Array(16))),
  update(Encoding.DesktopName, withLength(Buffer.from("pc-07"))),
  update(Encoding.LastRect, new Uint8Array(0)),
  // Bell, a colour map, a cut text, a resize of UltraVNC, Xvp.
  Uint8Array.of(2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 1, 65),
  Uint8Array.of(4, 0, 0, 70, 0, 20, 250, 0, 1, 1),
];

const featureTranscripts = [
  "transcripts/4.7.5-feature-queries.json",
  "transcripts/4.11.1-feature-queries.json",
  "veyon5-pushed-features.json",
];

/** Bodies of messages: what follows the byte 41 and the length. */
const bodySeeds = featureTranscripts
  .flatMap(serverBytes)
  .filter((bytes) => bytes[0] === featureMessageType && bytes.length > 5)
  .map((bytes) => bytes.subarray(5));

const messagesOfFeatures = bodySeeds.map((body) =>
  Buffer.concat([Uint8Array.of(featureMessageType), withLength(body)]),
);

/** With the place of the method that is taken among those that the host offers. */
const handshakeTranscripts = [
  [0, "transcripts/4.7.5-auth-keyfile-success.json"],
  [0, "transcripts/4.7.5-auth-logon-success.json"],
  [0, "transcripts/4.11.1-auth-keyfile-failure-unknownkey.json"],
  [0, "veyon5-authkeys-success.json"],
  [1, "veyon5-authlogon-success.json"],
  [2, "veyon5-authldap-success.json"],
  [3, "veyon5-authsimple-success.json"],
  [3, "veyon5-authsimple-wrong-password.json"],
  [0, "veyon5-no-methods.json"],
] as const;

const handshakeSeeds = handshakeTranscripts.map(([place, path]) => {
  const entries = transcript(path).filter(({ from }) => from === "server");
  const bytes = entries.map(({ hex }) => Uint8Array.fromHex(hex));
  return Buffer.concat([Uint8Array.of(place), ...bytes]);
});

const privateKey = createPrivateKey(fixture("keys/fixture-private-TESTKEY.pem"));

function credentialsFor(method: Credentials["method"]): Credentials {
  const password = "secret";
  if (method === "AuthKeys") return { method, keyName: "fixture", privateKey };
  return method === "AuthSimple" ? { method, password } : { method, username: "teacher", password };
}

/** From the greeting to ServerInit. The first byte is ours, and says which method is taken. */
async function logIn([place = 0, ...bytes]: Uint8Array): Promise<void> {
  const stream = wholeStream(Uint8Array.from(bytes));
  const sink = new RecordingSink();
  const line = await stream.read(protocolVersionBytes);
  recogniseService(line);
  checkProtocolVersion(line);
  await chooseSecurityType(stream, sink, veyonSecurityType);
  const { generation, methods } = await readMethodOffer(stream, 5);
  const method = methods[place % methods.length] ?? "AuthLogon";
  await authenticate(stream, sink, generation, credentialsFor(method), "teacher", signChallenge);
  checkSize(await readServerInit(stream));
}

export const hostTargets: readonly FuzzTarget[] = [
  {
    name: "handshake",
    seeds: handshakeSeeds,
    run: logIn,
    refusals: [...protocolRefusals, AuthenticationError],
  },
  {
    name: "server-init",
    seeds: [
      Buffer.concat([Uint8Array.of(4, 0, 3, 0), new Uint8Array(16), withLength(Buffer.from("pc"))]),
    ],
    run: async (input) => void checkSize(await readServerInit(wholeStream(input))),
    refusals: protocolRefusals,
  },
  {
    name: "messages",
    seeds: [...messageSeeds, ...messagesOfFeatures],
    run: readMessages,
    refusals: [...protocolRefusals, MemoryBudgetError],
  },
  {
    name: "feature-message",
    seeds: bodySeeds,
    run: (input) => decodeState(decodeFeatureMessage(decodeMessageBody(input))),
    refusals: [ProtocolError],
  },
  {
    name: "zlib-pixels",
    seeds: pictures.map(encodeRaw),
    run: (input) => readMessages(update(Encoding.Zlib, withLength(deflate(input)))),
    refusals: protocolRefusals,
  },
  {
    name: "zrle-tiles",
    seeds: pictures.map(zrleTiles),
    run: (input) => readMessages(update(Encoding.Zrle, withLength(deflate(input)))),
    refusals: protocolRefusals,
  },
  {
    name: "tight-filters",
    seeds: tightSeeds,
    run: (input) => readMessages(tightUpdate(input)),
    refusals: protocolRefusals,
  },
];
